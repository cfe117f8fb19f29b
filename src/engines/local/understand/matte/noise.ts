import type { OffGround } from './off-ground.ts';

/** What even, lit ground varies by in this photo, in OKLab. */
export interface Noise {
  /** Nine tenths of the ground are nearer to the fitted ground than this, beside and along its line to black. */
  chroma: number;
  lightness: number;
  /** The mean change of colour per pixel. */
  rough: number;
}

/** Most pixels that are looked at. */
const samples = 12_000;
/** Farther from the ground than this is shadow or subject, not noise. */
const litWithin = 0.02;

export function groundNoise(off: OffGround, edges: Float32Array, ground: Uint8Array): Noise {
  const chroma: number[] = [];
  const lightness: number[] = [];
  let rough = 0;
  let pixels = 0;
  for (let index = 0; index < ground.length; index++) pixels += ground[index] ?? 0;
  const step = Math.max(1, Math.floor(pixels / samples));
  for (let index = 0, skipped = 0; index < ground.length; index++) {
    if (ground[index] === 0 || skipped-- > 0) continue;
    skipped = step - 1;
    if (Math.abs(off.lightness[index] ?? 1) > litWithin) continue;
    chroma.push(off.chroma[index] ?? 0);
    lightness.push(Math.abs(off.lightness[index] ?? 0));
    rough += edges[index] ?? 0;
  }
  return {
    chroma: nineTenths(chroma),
    lightness: nineTenths(lightness),
    rough: rough / Math.max(1, chroma.length),
  };
}

function nineTenths(values: number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor(sorted.length * 0.9)] ?? 0;
}
