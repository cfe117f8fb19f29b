import type { Light3, LightPlanes } from './linear-light.ts';

/** Adds one light out of focus: an even disc with a slightly brighter, soft rim, as a lens draws it. Units: pixels. */
export function addDisc(
  planes: LightPlanes,
  disc: { x: number; y: number; radius: number; soft: number; light: Light3; rim: number },
): void {
  const { x, y, radius, soft, light, rim } = disc;
  const reach = radius + soft;
  const bottom = Math.min(planes.height - 1, Math.ceil(y + reach));
  const right = Math.min(planes.width - 1, Math.ceil(x + reach));
  for (let row = Math.max(0, Math.floor(y - reach)); row <= bottom; row++)
    for (let column = Math.max(0, Math.floor(x - reach)); column <= right; column++) {
      const cover = discCover(Math.sqrt((column + 0.5 - x) ** 2 + (row + 0.5 - y) ** 2), radius, soft, rim);
      if (cover === 0) continue;
      const index = row * planes.width + column;
      planes.red[index] = (planes.red[index] ?? 0) + light[0] * cover;
      planes.green[index] = (planes.green[index] ?? 0) + light[1] * cover;
      planes.blue[index] = (planes.blue[index] ?? 0) + light[2] * cover;
    }
}

export function discCover(from: number, radius: number, soft: number, rim: number): number {
  if (from >= radius + soft) return 0;
  const t = Math.min(1, (radius + soft - from) / (2 * soft));
  const edge = t * t * (3 - 2 * t);
  return edge * (1 - rim + rim * Math.min(1, from / radius) ** 4);
}
