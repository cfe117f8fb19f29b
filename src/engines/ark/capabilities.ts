import type { Capabilities } from '../../domain/capabilities.ts';
import { seedance } from '../seedance.ts';

/** Seedance 2.0 at ModelArk: images and audio go along in the request, videos only by a public address. */
export const arkCapabilities = (model: string): Capabilities => ({
  ...seedance,
  model: `ark:${model}`,
  references: {
    ...seedance.references,
    video: { ...seedance.references?.video, fps: { least: 24, most: 60 } },
  },
  travel: { image: ['public_url', 'inline'], video: ['public_url'], audio: ['public_url', 'inline'] },
  promptTag: {
    image: { before: '[Image ', after: ']' },
    video: { before: '[Video ', after: ']' },
    audio: { before: '[Audio ', after: ']' },
  },
});
