import type { Frame } from '../render/layer.ts';

/** The size clips are decoded at, and whether they fill the frame: one that would lose too much hangs on the wall. */
export function clipFrame(
  { width, height }: Frame,
  ratio: number,
): { width: number; height: number; fills: boolean } {
  const kept = Math.min(ratio / (width / height), width / height / ratio);
  if (kept > 0.5) return { width, height, fills: true };
  const tall = Math.min((width * 0.92) / ratio, height * 0.8);
  const even = (side: number) => Math.max(2, Math.round(side / 2) * 2);
  return { width: even(tall * ratio), height: even(tall), fills: false };
}
