import { blurPlane } from '../understand/blur.ts';
import type { ShadePlace, Silhouette } from './silhouette.ts';

/**
 * The dark line where product and floor touch, and around it the soft pool of the light the product keeps away: the
 * shape of the foot, laid flat and blurred three times.
 */
export function contactShade(options: {
  silhouette: Silhouette;
  place: ShadePlace;
  size: number;
  strength: number;
}): Float32Array {
  const { silhouette, place, size, strength } = options;
  const { width, height } = place;
  const foot = footPlane(silhouette, place, size);
  const blurred = (x: number, y: number) =>
    blurPlane(foot, width, height, { x: size * x + 0.6, y: size * y + 0.5 });
  const line = blurred(0.008, 0.007);
  const near = blurred(0.05, 0.022);
  const pool = blurred(0.15, 0.055);
  for (let index = 0; index < foot.length; index++) {
    const open =
      (1 - 0.85 * strength * (line[index] ?? 0)) *
      (1 - 0.75 * strength * (near[index] ?? 0)) *
      (1 - 0.62 * strength * (pool[index] ?? 0));
    foot[index] = 1 - open;
  }
  return foot;
}

/** For each column that comes near the ground, the ground below it: lower parts of the product are nearer. */
function footPlane(silhouette: Silhouette, place: ShadePlace, size: number): Float32Array {
  const { cover, width, base } = silhouette;
  const plane = new Float32Array(place.width * place.height);
  const deep = size * 0.1;
  const from = Math.max(0, Math.floor(base - deep));
  for (let y = from; y < base; y++) {
    const row = Math.round(place.base - (base - y));
    if (row < 0 || row >= place.height) continue;
    for (let x = 0; x < width; x++) {
      const covered = Math.min(1, cover[y * width + x] ?? 0);
      if (covered > 0) plane[row * place.width + place.left + x] = covered;
    }
  }
  return plane;
}
