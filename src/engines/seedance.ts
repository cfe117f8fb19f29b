import type { Capabilities } from '../domain/capabilities.ts';

/** What Seedance 2.0 takes and makes wherever it is hosted; each provider adds its own. */
export const seedance: Omit<Capabilities, 'model' | 'promptTag' | 'travel'> = {
  endpoints: ['reference-to-video', 'text-to-video', 'image-to-video'],
  durationsSeconds: [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  sizes: {
    '16:9': { width: 1280, height: 720 },
    '9:16': { width: 720, height: 1280 },
    '1:1': { width: 960, height: 960 },
  },
  maxReferences: { image: 9, video: 3, audio: 3, total: 12 },
  maxTotalSeconds: { video: 15, audio: 15 },
  references: {
    image: {
      contentTypes: ['image/jpeg', 'image/png', 'image/webp'],
      sidePixels: { least: 300, most: 6_000 },
      ratio: { least: 0.4, most: 2.5 },
    },
    video: {
      contentTypes: ['video/mp4', 'video/quicktime'],
      seconds: { least: 2, most: 15 },
      framePixels: { least: 409_600, most: 927_408 },
    },
    audio: { contentTypes: ['audio/mpeg', 'audio/wav'], seconds: { least: 2, most: 15 } },
  },
  audioAlone: false,
  maxPromptCharacters: 5_000,
  seeds: true,
  storyboards: false,
  audio: true,
};

/** As one independent run measured eight equal jobs. */
export const typicalSeconds = 105;

/** What a hosted engine whose lost answers nothing but a callback can find tells everybody, where none can reach us. */
export const blindNote = (engine: string) => ({
  code: 'lost_answers_park',
  message: `If the answer of ${engine} to the start of this job is lost, nobody can tell whether it is being made: it waits, its credits held, until an operator decides. With KINORA_PUBLIC_URL set, a callback finds it again.`,
});
