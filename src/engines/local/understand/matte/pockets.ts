import { distanceInside } from '../distance-inside.ts';
import { inProportion } from './in-proportion.ts';
import type { OffGround } from './off-ground.ts';
import { queueOf, spread } from './spread.ts';

/** Depth of a pocket in pixels of a photo of 1024. */
const pocket = 9;

/**
 * Compression noise beside a strong outline keeps the flood out of corners and notches. Takes off what looks like
 * ground there, a few pixels deep; at a faint outline (glass, cream on white) nothing is taken.
 */
export function clearPockets(ground: Uint8Array, off: OffGround, width: number): void {
  const height = ground.length / width;
  const strong = new Uint8Array(ground.length);
  const alike = new Uint8Array(ground.length);
  for (let index = 0; index < ground.length; index++) {
    const lightness = Math.abs(off.lightness[index] ?? 1);
    const chroma = off.chroma[index] ?? 1;
    strong[index] = lightness > 0.16 || chroma > 0.06 ? 0 : 1;
    alike[index] = lightness < 0.025 && chroma < 0.01 ? 1 : 0;
  }
  const deep = inProportion(pocket, width, height);
  const fromStrong = distanceInside(strong, width, height, deep);
  for (let index = 0; index < alike.length; index++)
    if ((fromStrong[index] ?? deep) >= deep) alike[index] = 0;
  spread({ ...queueOf(ground, width), ground, width, room: alike, least: 1, steps: deep });
}
