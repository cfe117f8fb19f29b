import type { Sound } from './media.ts';

/** Left and right in turn as 32-bit floats, `samples` for each channel: cut, or filled up with silence. */
export function interleave({ left, right }: Sound, samples: number): Buffer {
  const both = new Float32Array(samples * 2);
  for (let index = 0; index < Math.min(samples, left.length); index++) {
    both[index * 2] = left[index] ?? 0;
    both[index * 2 + 1] = right[index] ?? 0;
  }
  return Buffer.from(both.buffer);
}
