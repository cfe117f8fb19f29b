import type { Sound } from '../../../media/media.ts';
import { fromDecibels, integratedLoudness } from '../understand/sound/loudness.ts';
import { scale } from './stereo.ts';

/** More than this would raise the hiss of a recording rather than its sound. */
export const mostGainDb = 24;

/** Scales a sound to a loudness, never by more than what is honest; answers by how many decibels. */
export function levelTo(sound: Sound, lufs: number): number {
  const measured = integratedLoudness(sound);
  if (measured === -Infinity) return 0;
  const gainDb = Math.min(mostGainDb, lufs - measured);
  scale(sound, fromDecibels(gainDb));
  return gainDb;
}
