import { seededRandom } from '../random.ts';
import type { Grade } from './grade.ts';
import { latticeAt, latticeOf } from './lattice.ts';

/**
 * A grade worked out for every second level of red, green and blue: 128 x 128 x 128 colours, 8 MiB. A word holds, in
 * quarters of a level, red in the lowest ten bits, then green and blue. May be shared between threads.
 */
export interface Lut {
  words: Uint32Array;
}

const side = 128;

/** Filled from a lattice of 33 steps. Takes a tenth of a second: keep it for all frames. */
export function lutOf(grade: Grade): Lut {
  const lattice = latticeOf(grade);
  const words = new Uint32Array(new SharedArrayBuffer(side ** 3 * 4));
  const out = new Float64Array(3);
  let index = 0;
  for (let blue = 0; blue < side; blue++)
    for (let green = 0; green < side; green++)
      for (let red = 0; red < side; red++) {
        // Between the two levels of the cell; each then keeps its half level.
        latticeAt(lattice, { red: red * 2 + 0.5, green: green * 2 + 0.5, blue: blue * 2 + 0.5, out });
        words[index++] = quarters(out[0]) | (quarters(out[1]) << 10) | (quarters(out[2]) << 20);
      }
  return { words };
}

/**
 * Grades a picture in place; alpha stays. A colour is that of its cell, a level more where its own is the upper one:
 * exact for the identity, elsewhere off by half of what two neighbouring levels move apart or together. The quarters
 * are decided by fixed noise, which keeps soft gradients from banding and leaves whole levels alone.
 */
export function applyLut({ words }: Lut, rgba: Uint8Array | Uint8ClampedArray): void {
  // Words are read from whole places only.
  const aligned = rgba.byteOffset % 4 === 0 ? rgba : rgba.slice();
  const pixels = new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2);
  for (let index = 0; index < pixels.length; index++) {
    const pixel = pixels[index] as number;
    const cell = ((pixel >>> 1) & 0x7f) | ((pixel >>> 2) & 0x3f80) | ((pixel >>> 3) & 0x1fc000);
    const upper = ((pixel & 1) << 2) | ((pixel & 0x100) << 4) | ((pixel & 0x10000) << 6);
    // No sum leaves its ten bits: a cell is 254 levels at most.
    const sum = (words[cell] as number) + upper + (noise[(index ^ (index >>> 7)) & noiseMask] as number);
    pixels[index] =
      (pixel & 0xff000000) | ((sum >>> 2) & 0xff) | ((sum >>> 4) & 0xff00) | ((sum >>> 6) & 0xff0000);
  }
  if (aligned !== rgba) rgba.set(aligned);
}

function quarters(middle = 0): number {
  return Math.min(254 * 4, Math.max(0, Math.round((middle - 0.5) * 4)));
}

const noiseMask = 4_095;
const noise = ditherNoise();

/** Zero to three quarters for each channel. */
function ditherNoise(): Uint32Array {
  const random = seededRandom(0, 'grade dither');
  const quarter = () => Math.floor(random() * 4);
  return Uint32Array.from({ length: noiseMask + 1 }, () => quarter() | (quarter() << 10) | (quarter() << 20));
}
