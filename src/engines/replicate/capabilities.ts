import type { Capabilities } from '../../domain/capabilities.ts';
import { blindNote, seedance } from '../seedance.ts';

/** Seedance 2.0 at Replicate, which has files uploaded to storage of its own. */
export const replicateCapabilities = (options: { callbacks: boolean }): Capabilities => ({
  ...seedance,
  model: 'replicate:bytedance/seedance-2.0',
  travel: { image: ['upload'], video: ['upload'], audio: ['upload'] },
  promptTag: {
    image: { before: '[Image', after: ']' },
    video: { before: '[Video', after: ']' },
    audio: { before: '[Audio', after: ']' },
  },
  ...(options.callbacks ? {} : { notes: [blindNote('replicate')] }),
});
