import { type Sound, soundRate } from '../../../media/media.ts';

/** Highest sample that leaves room for what a lossy codec adds: -1 dB. */
export const highestPeak = 0.89;

/**
 * Holds every sample within `highestPeak`, in place: the gain dips smoothly before a peak and recovers after it,
 * so nothing is clipped. Quiet sound is left alone.
 */
export function limitPeak({ left, right }: Sound): void {
  const attack = Math.round(soundRate * 0.005);
  const release = 1 - Math.exp(-1 / (soundRate * 0.12));
  const gain = new Float32Array(left.length);
  // Backwards, so that the dip stands ready when its peak comes.
  let ahead = 1;
  for (let index = left.length - 1; index >= 0; index--) {
    const peak = Math.max(Math.abs(left[index] ?? 0), Math.abs(right[index] ?? 0));
    const needed = peak > highestPeak ? highestPeak / peak : 1;
    ahead = Math.min(needed, ahead + 1 / attack);
    gain[index] = ahead;
  }
  let held = 1;
  for (let index = 0; index < left.length; index++) {
    const needed = gain[index] ?? 1;
    held = needed < held ? needed : Math.min(needed, held + (1 - held) * release);
    left[index] = (left[index] ?? 0) * held;
    right[index] = (right[index] ?? 0) * held;
  }
}
