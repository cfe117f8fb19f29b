import { type Sound, soundRate } from '../../../../media/media.ts';

/** The mean of both channels. */
export function toMono({ left, right }: Sound): Float32Array {
  return left.map((sample, index) => (sample + (right[index] ?? 0)) / 2);
}

/** Root mean square of neighbouring windows; a rest shorter than a window is left out. */
export function levelsOf(mono: Float32Array, windowSeconds: number): Float32Array {
  const window = Math.round(windowSeconds * soundRate);
  const levels = new Float32Array(Math.floor(mono.length / window));
  for (let number = 0; number < levels.length; number++) {
    let energy = 0;
    for (let index = number * window; index < (number + 1) * window; index++)
      energy += (mono[index] ?? 0) ** 2;
    levels[number] = Math.sqrt(energy / window);
  }
  return levels;
}

/** The value below which `share` of all values lie; 0 if there are none. */
export function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
