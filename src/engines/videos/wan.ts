import type { VideosPreset } from './preset.ts';

const fps = 24;

/** Wan 2.2 TI2V 5B on vLLM-Omni: small, silent, from words or from a first frame. */
export const wan22: VideosPreset = {
  name: 'wan-2.2-5b',
  body: 'form',
  capabilities: {
    model: 'wan-2.2-ti2v-5b',
    endpoints: ['text-to-video', 'image-to-video'],
    durationsSeconds: [4, 5],
    sizes: {
      '16:9': { width: 1280, height: 704 },
      '9:16': { width: 704, height: 1280 },
      '1:1': { width: 960, height: 960 },
    },
    maxReferences: { image: 1, video: 0, audio: 0, total: 1 },
    maxTotalSeconds: {},
    references: {
      image: {
        contentTypes: ['image/jpeg', 'image/png', 'image/webp'],
        maxBytes: 30_000_000,
        sidePixels: { least: 64, most: 4_096 },
      },
    },
    travel: { image: ['inline'], video: [], audio: [] },
    firstFrame: 'shaped',
    audioAlone: false,
    maxPromptCharacters: 5_000,
    seeds: true,
    storyboards: false,
    audio: false,
    promptTag: {
      image: { before: 'image ', after: '' },
      video: { before: 'video ', after: '' },
      audio: { before: 'audio ', after: '' },
    },
  },
  typicalSeconds: 300,
  fields: ({ width, height, durationSeconds, seed }) => ({
    width,
    height,
    fps,
    // The model makes four frames and one: a length between would be cut.
    num_frames: durationSeconds * fps + 1,
    seed,
  }),
  referenceField: () => 'input_reference',
};
