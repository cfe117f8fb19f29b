import type { Noise } from '../noise.ts';
import { distanceTo, type Ray } from './ray.ts';
import type { Solid } from './shapes.ts';
import type { SolidLight } from './solid-light.ts';

/** All that decides how bright a place is. */
export interface Scene {
  /** What is drawn. */
  solids: readonly Solid[];
  /** The same and everything around it that throws shadows. */
  all: readonly Solid[];
  light: SolidLight;
  /** The unevenness of the paint. */
  grain: Noise;
}

/** A place and the direction that its surface faces. */
interface Spot {
  x: number;
  y: number;
  z: number;
  nx: number;
  ny: number;
  nz: number;
}

/** Sets `lit` to the light that comes from the body that the ray meets `along` its way. */
export function shade(scene: Scene, at: { ray: Ray; along: number }, lit: Float64Array): void {
  const { ray, along } = at;
  const { light } = scene;
  const x = ray.x + ray.dx * along;
  const y = ray.y + ray.dy * along;
  const z = ray.z + ray.dz * along;
  const solid = nearestOf(scene.solids, x, y, z);
  const spot = facing(solid, x, y, z);
  const { nx, ny, nz } = spot;
  const towards = nx * light.x + ny * light.y + nz * light.z;
  // A large lamp reaches a little around the body.
  const wrap = 0.9 / light.hardness;
  const diffuse = Math.max(0, (towards + wrap) / (1 + wrap));
  const key = diffuse === 0 ? 0 : 1.12 * diffuse * openToKey(scene.all, spot, light);
  const open = openToSky(scene.all, spot);
  const sky = (0.72 + 0.28 * ny) * open;
  // What the floor throws back, in the key light's own colour.
  const bounce = 0.2 * Math.max(0, 0.35 - ny) * Math.exp(-y * 3) * open;
  const sheen = 0.05 * Math.max(0, 1 + nx * ray.dx + ny * ray.dy + nz * ray.dz) ** 3 * open;
  const { grain } = scene;
  const paint = 0.95 + 0.05 * (grain(x * 38 + z * 17, y * 38 + z * 23) + grain(x * 130, y * 130 + z * 90));
  for (let channel = 0; channel < 3; channel++) {
    const lamp = light.key[channel] ?? 0;
    let total = (light.ambient[channel] ?? 0) * sky + lamp * (key + bounce);
    if (light.lamps !== undefined) {
      const { near, far, side } = light.lamps;
      total += 0.85 * (near[channel] ?? 0) * Math.max(0, nx * side * 0.9 - nz * 0.25 + 0.1) * open;
      total += 0.7 * (far[channel] ?? 0) * Math.max(0, -nx * side * 0.9 - nz * 0.25 + 0.1) * open;
    }
    lit[channel] = (solid.colour[channel] ?? 0) * paint * total + sheen * lamp;
  }
}

function nearestOf(solids: readonly Solid[], x: number, y: number, z: number): Solid {
  let nearest = solids[0];
  let least = Number.POSITIVE_INFINITY;
  for (const solid of solids) {
    const away = solid.distance(x, y, z);
    if (away >= least) continue;
    least = away;
    nearest = solid;
  }
  if (nearest === undefined) throw new Error('There is no solid to shade.');
  return nearest;
}

/** A surface faces where the distance to it grows fastest. */
function facing(solid: Solid, x: number, y: number, z: number): Spot {
  const small = 0.0008;
  const nx = solid.distance(x + small, y, z) - solid.distance(x - small, y, z);
  const ny = solid.distance(x, y + small, z) - solid.distance(x, y - small, z);
  const nz = solid.distance(x, y, z + small) - solid.distance(x, y, z - small);
  const length = Math.sqrt(nx * nx + ny * ny + nz * nz) || 1;
  return { x, y, z, nx: nx / length, ny: ny / length, nz: nz / length };
}

/** How much of the key light reaches a place, 0 to 1: half of it where a body's edge just touches the ray. */
export function openToKey(solids: readonly Solid[], spot: Spot, light: SolidLight): number {
  const x = spot.x + spot.nx * 0.004;
  const y = spot.y + spot.ny * 0.004;
  const z = spot.z + spot.nz * 0.004;
  let open = 1;
  let along = 0.006;
  for (let step = 0; step < 22 && along < 1.3; step++) {
    const away = distanceTo(solids, x + light.x * along, y + light.y * along, z + light.z * along);
    open = Math.min(open, 0.5 + (0.5 * light.hardness * away) / along);
    if (open < 0.02) return 0;
    along += Math.min(0.14, Math.max(0.012, Math.abs(away) * 0.85));
  }
  return open * open * (3 - 2 * open);
}

/** How much of the sky a place sees: less in corners and near the floor. */
export function openToSky(solids: readonly Solid[], { x, y, z, nx, ny, nz }: Spot): number {
  let hidden = 0;
  let weight = 1;
  for (let step = 1; step <= 4; step++) {
    const out = 0.012 + 0.017 * step * step;
    const toFloor = Math.max(0, y + ny * out);
    const away = Math.min(distanceTo(solids, x + nx * out, y + ny * out, z + nz * out), toFloor);
    hidden += Math.max(0, out - away) * weight;
    weight *= 0.55;
  }
  return Math.max(0.12, 1 - 2.6 * hidden);
}
