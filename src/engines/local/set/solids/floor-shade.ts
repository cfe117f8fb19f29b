import { newRay, type Ray, trace } from './ray.ts';
import { openToKey, openToSky, type Scene, shade } from './shading.ts';
import type { Solid } from './shapes.ts';

/** How dark the bodies make the floor where the ray meets it, 0 to 1. */
export function floorShade(ray: Ray, { solids, light }: Scene): number {
  if (ray.dy >= 0) return 0;
  const along = -ray.y / ray.dy;
  const spot = { x: ray.x + ray.dx * along, y: 0, z: ray.z + ray.dz * along, nx: 0, ny: 1, nz: 0 };
  const open = openToKey(solids, spot, light);
  const dark = 1 - (1 - light.shade * (1 - open)) * (0.28 + 0.72 * openToSky(solids, spot));
  return dark < 0.006 ? 0 : dark;
}

/** How much of the floor is seen where the ray meets it, past bodies that stand before that place. */
export function floorInSight(ray: Ray, before: readonly Solid[], pixel: number): number {
  const hidden = trace(ray, before, pixel);
  return hidden.cover > 0 && hidden.along < -ray.y / ray.dy ? 1 - hidden.cover : 1;
}

/**
 * The bodies upside down in a floor that gives back `strength` of them: how much of the picture they are where the
 * ray meets the floor, with their light in `lit`. Fades with the height above the floor.
 */
export function floorMirror(options: {
  ray: Ray;
  scene: Scene;
  strength: number;
  lit: Float64Array;
}): number {
  const { ray, scene, strength, lit } = options;
  if (ray.dy >= 0) return 0;
  const along = -ray.y / ray.dy;
  const mirrored = newRay();
  mirrored.x = ray.x + ray.dx * along;
  mirrored.z = ray.z + ray.dz * along;
  mirrored.dx = ray.dx;
  mirrored.dy = -ray.dy;
  mirrored.dz = ray.dz;
  const hit = trace(mirrored, scene.solids, 0.004);
  if (hit.cover === 0) return 0;
  shade(scene, { ray: mirrored, along: hit.along }, lit);
  const high = mirrored.dy * hit.along;
  return strength * hit.cover * Math.max(0, 1 - high / 0.3) ** 1.6;
}
