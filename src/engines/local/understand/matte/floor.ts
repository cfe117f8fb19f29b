/** The part of the height of what is not ground, from below, in which it can stand on something. */
const share = 0.3;

/** The row from which a photo may show the floor that its subject stands on. */
export function floorFrom(ground: Uint8Array, width: number): number {
  const height = ground.length / width;
  let top = height;
  let bottom = 0;
  for (let y = 0; y < height; y++) {
    let covered = 0;
    for (let index = y * width, end = index + width; index < end; index++)
      covered += 1 - (ground[index] ?? 0);
    if (covered < width * 0.01) continue;
    if (y < top) top = y;
    bottom = y;
  }
  return Math.max(0, Math.round(bottom - (bottom - top) * share));
}
