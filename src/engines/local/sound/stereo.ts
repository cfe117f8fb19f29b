import { type Sound, soundRate } from '../../../media/media.ts';

export function silence(seconds: number): Sound {
  const samples = Math.max(0, Math.round(seconds * soundRate));
  return { left: new Float32Array(samples), right: new Float32Array(samples) };
}

/** Adds `source` into `target` in place from a moment on; what lies outside the target is lost. */
export function addSound(
  target: Sound,
  { source, atSeconds, gain = 1 }: { source: Sound; atSeconds: number; gain?: number },
): void {
  const start = Math.round(atSeconds * soundRate);
  for (const side of ['left', 'right'] as const) {
    const into = target[side];
    const from = source[side];
    const end = Math.min(from.length, into.length - start);
    for (let index = Math.max(0, -start); index < end; index++)
      into[start + index] = (into[start + index] ?? 0) + (from[index] ?? 0) * gain;
  }
}

/** A copy from a moment on; shorter than asked where the sound ends earlier. */
export function cutOut(
  sound: Sound,
  { fromSeconds, seconds }: { fromSeconds: number; seconds: number },
): Sound {
  const from = Math.round(fromSeconds * soundRate);
  const to = from + Math.round(seconds * soundRate);
  return { left: sound.left.slice(from, to), right: sound.right.slice(from, to) };
}

/** Multiplies both channels in place by what `gainAt` says for each moment, in steps too fine to hear. */
export function shape({ left, right }: Sound, gainAt: (seconds: number) => number): void {
  const step = 32;
  let before = gainAt(0);
  for (let start = 0; start < left.length; start += step) {
    const after = gainAt((start + step) / soundRate);
    const end = Math.min(left.length, start + step);
    for (let index = start; index < end; index++) {
      const gain = before + ((after - before) * (index - start)) / step;
      left[index] = (left[index] ?? 0) * gain;
      right[index] = (right[index] ?? 0) * gain;
    }
    before = after;
  }
}

export function scale({ left, right }: Sound, gain: number): void {
  for (let index = 0; index < left.length; index++) {
    left[index] = (left[index] ?? 0) * gain;
    right[index] = (right[index] ?? 0) * gain;
  }
}

/** 0 before `from`, 1 after `to`, a half cosine between. */
export function easeBetween(value: number, from: number, to: number): number {
  if (value >= to) return 1;
  if (value <= from) return 0;
  return 0.5 - 0.5 * Math.cos((Math.PI * (value - from)) / (to - from));
}
