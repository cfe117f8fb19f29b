import type { Capabilities } from '../../domain/capabilities.ts';

/** As a hosted Seedance 2.0 takes and makes. */
export const capabilities: Capabilities = {
  model: 'simulated-1',
  endpoints: ['reference-to-video', 'text-to-video', 'image-to-video'],
  durationsSeconds: [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  sizes: {
    '16:9': { width: 1280, height: 720 },
    '9:16': { width: 720, height: 1280 },
    '1:1': { width: 960, height: 960 },
  },
  maxReferences: { image: 9, video: 3, audio: 3, total: 12 },
  maxTotalSeconds: { video: 15, audio: 15 },
  audioAlone: false,
  maxPromptCharacters: 5_000,
  seeds: true,
  storyboards: false,
  audio: true,
  promptTag: {
    image: { before: '[Image', after: ']' },
    video: { before: '[Video', after: ']' },
    audio: { before: '[Audio', after: ']' },
  },
};
