import type { StageBitmap } from '../render/layer.ts';
import { type Box, boxOf } from './box.ts';

const known = new Map<number, WeakMap<StageBitmap, Box>>();

/** Around all pixels of a bitmap that are at least so opaque; worked out once. */
export function inkBox(bitmap: StageBitmap | undefined, leastAlpha: number): Box {
  if (bitmap === undefined) return { left: 0, top: 0, right: 0, bottom: 0 };
  const ofAlpha = known.get(leastAlpha) ?? new WeakMap<StageBitmap, Box>();
  known.set(leastAlpha, ofAlpha);
  const box =
    ofAlpha.get(bitmap) ?? boxOf(bitmap, (index) => (bitmap.data[index * 4 + 3] ?? 0) >= leastAlpha);
  ofAlpha.set(bitmap, box);
  return box;
}
