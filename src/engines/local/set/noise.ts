import { seededRandom } from '../random.ts';

/** Smooth noise over the plane, 0 to 1 with a mean of a half; its features are about one unit wide. */
export type Noise = (x: number, y: number) => number;

const side = 256;

/** Value noise on a lattice that repeats after 256 units. */
export function createNoise(seed: number, purpose: string): Noise {
  const random = seededRandom(seed, purpose);
  const lattice = Float32Array.from({ length: side * side }, () => random());
  return (x, y) => {
    const left = Math.floor(x);
    const top = Math.floor(y);
    const u = x - left;
    const v = y - top;
    const across = u * u * u * (u * (u * 6 - 15) + 10);
    const down = v * v * v * (v * (v * 6 - 15) + 10);
    const column = left & 255;
    const next = (left + 1) & 255;
    const row = (top & 255) << 8;
    const below = ((top + 1) & 255) << 8;
    const a = lattice[row | column] ?? 0;
    const b = lattice[row | next] ?? 0;
    const c = lattice[below | column] ?? 0;
    const d = lattice[below | next] ?? 0;
    const upper = a + (b - a) * across;
    return upper + (c + (d - c) * across - upper) * down;
  };
}

/**
 * Octaves of noise, each half as wide and half as strong, around 0. What is finer than `footprint` is left out, so
 * that far ground grows smooth instead of glittering: the amplitudes come from `octavesFor`.
 */
export function fractal(noise: Noise, x: number, y: number, octaves: readonly number[]): number {
  let sum = 0;
  let u = x;
  let v = y;
  for (const amplitude of octaves) {
    sum += (noise(u, v) - 0.5) * amplitude;
    // Turned a little each time, or the lattices of all octaves would line up.
    const turned = u * 1.6 - v * 1.2 + 17.3;
    v = u * 1.2 + v * 1.6 + 5.7;
    u = turned;
  }
  return sum;
}

/** Amplitudes for `fractal` at a place whose smallest visible feature is `footprint` units of the first octave. */
export function octavesFor(most: number, footprint: number): number[] {
  const amplitudes: number[] = [];
  let amplitude = 1;
  let wide = 1;
  for (let octave = 0; octave < most; octave++) {
    const seen = Math.min(1, Math.max(0, wide / Math.max(1e-6, footprint) - 0.8));
    if (seen === 0) break;
    amplitudes.push(amplitude * seen);
    amplitude /= 2;
    wide /= 2;
  }
  return amplitudes;
}

/** A tile of 128 by 128 with noise for the rounding of eight bits, two steps wide and without clumps. */
export function ditherTile(seed: number): Float32Array {
  const random = seededRandom(seed, 'dither');
  return Float32Array.from({ length: 128 * 128 }, () => (random() + random() + random() - 1.5) * 1.5);
}
