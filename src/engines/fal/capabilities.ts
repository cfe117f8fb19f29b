import type { Capabilities } from '../../domain/capabilities.ts';
import { blindNote, seedance } from '../seedance.ts';

/** Seedance 2.0 at fal, which has files uploaded to storage of its own. */
export const falCapabilities = (options: { callbacks: boolean }): Capabilities => ({
  ...seedance,
  model: 'fal:bytedance/seedance-2.0',
  maxTotalBytes: { video: 50_000_000 },
  travel: { image: ['upload'], video: ['upload'], audio: ['upload'] },
  promptTag: {
    image: { before: '@Image', after: '' },
    video: { before: '@Video', after: '' },
    audio: { before: '@Audio', after: '' },
  },
  ...(options.callbacks ? {} : { notes: [blindNote('fal')] }),
});
