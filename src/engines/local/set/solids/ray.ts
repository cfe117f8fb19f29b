import { reach } from '../ground.ts';
import type { Solid } from './shapes.ts';

/** A way through the set, of length 1 in its direction; reused for all pixels to spare the memory. */
export interface Ray {
  x: number;
  y: number;
  z: number;
  dx: number;
  dy: number;
  dz: number;
}

interface Hit {
  /** 0 to 1: how much of the pixel the body fills. */
  cover: number;
  along: number;
}

export const newRay = (): Ray => ({ x: 0, y: 0, z: 0, dx: 0, dy: 0, dz: 0 });

/** From the resting camera through a place of the frame, in short sides right of and above the eye's level. */
export function aim(ray: Ray, place: { across: number; up: number; eye: number }): void {
  const { across, up, eye } = place;
  const length = Math.sqrt(across * across + up * up + reach * reach);
  ray.x = 0;
  ray.y = eye;
  ray.z = -reach;
  ray.dx = across / length;
  ray.dy = up / length;
  ray.dz = reach / length;
}

/** Follows the ray by steps as long as the distance to the nearest body; `pixel` is a pixel's width at distance 1. */
export function trace(ray: Ray, solids: readonly Solid[], pixel: number): Hit {
  const from = nearLimit(ray, solids);
  if (from === Number.POSITIVE_INFINITY) return miss;
  let along = Math.max(0.001, from);
  let closest = Number.POSITIVE_INFINITY;
  let closestAlong = along;
  for (let step = 0; step < 70; step++) {
    const away = distanceTo(solids, ray.x + ray.dx * along, ray.y + ray.dy * along, ray.z + ray.dz * along);
    if (away < 0.0004) return { cover: 1, along };
    if (away / along < closest) {
      closest = away / along;
      closestAlong = along;
    }
    along += away;
    if (along > from + 3) break;
  }
  // A near miss fills part of the pixel: that is what smooths the outline.
  const cover = 1 - closest / pixel;
  return cover > 0 ? { cover, along: closestAlong } : miss;
}

const miss: Hit = { cover: 0, along: 0 };

/** Where a ray first comes near one of the balls around the bodies, or infinity if it misses all. */
function nearLimit(ray: Ray, solids: readonly Solid[]): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (const { bound } of solids) {
    const x = bound.x - ray.x;
    const y = bound.y - ray.y;
    const z = bound.z - ray.z;
    const along = x * ray.dx + y * ray.dy + z * ray.dz;
    const off = x * x + y * y + z * z - along * along;
    const radius = bound.radius + 0.01;
    if (off > radius * radius) continue;
    nearest = Math.min(nearest, Math.max(0, along - Math.sqrt(radius * radius - off)));
  }
  return nearest;
}

/** To the nearest body; far away from one, to the ball around it, which is no farther. */
export function distanceTo(solids: readonly Solid[], x: number, y: number, z: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (const solid of solids) {
    const { bound } = solid;
    const ball = Math.sqrt((x - bound.x) ** 2 + (y - bound.y) ** 2 + (z - bound.z) ** 2) - bound.radius;
    if (ball > least || ball > 0.4) {
      if (ball < least) least = ball;
      continue;
    }
    const away = solid.distance(x, y, z);
    if (away < least) least = away;
  }
  return least;
}
