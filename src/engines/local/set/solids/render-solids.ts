import { seededRandom } from '../../random.ts';
import { enlarged } from '../enlarge.ts';
import type { SetGeometry } from '../geometry.ts';
import { depthAtDistance, reach, rowAtDistance } from '../ground.ts';
import { byteOfLight, type Light3 } from '../linear-light.ts';
import { createNoise } from '../noise.ts';
import type { AnchoredBitmap } from '../plates.ts';
import { floorInSight, floorMirror, floorShade } from './floor-shade.ts';
import { aim, newRay, type Ray, trace } from './ray.ts';
import { type Scene, shade } from './shading.ts';
import type { Solid } from './shapes.ts';
import type { SolidLight } from './solid-light.ts';

interface RenderOptions {
  /** What is drawn. */
  solids: readonly Solid[];
  /** What else stands there and throws shadows. */
  others: readonly Solid[];
  /** Of the others, what is drawn before: no shadow may fall on the picture of these from the floor behind them. */
  behind: readonly Solid[];
  geometry: SetGeometry;
  light: SolidLight;
  /** Where on the floor the anchor is. */
  foot: { x: number; z: number };
  /** Pixels of the bitmap per pixel of the frame. */
  detail: number;
  /** How much the floor gives back like a mirror. */
  mirror: number;
  shadeColour: Light3;
  seed: number;
}

/** What the pixels cover, in frame pixels from its left and upper edge. */
interface View {
  left: number;
  top: number;
  width: number;
  height: number;
}

/**
 * Draws solid bodies with light, soft shadows and occlusion as seen by the resting camera, and the shadow they
 * leave on the floor: sphere tracing through distance fields (J. C. Hart, 1996), with the half-shade and the
 * occlusion that the nearest distances along a ray suggest (I. Quilez).
 */
export function renderSolids(options: RenderOptions): AnchoredBitmap {
  const { solids, others, geometry, light, foot, detail, mirror, seed } = options;
  const scene: Scene = { solids, all: [...solids, ...others], light, grain: createNoise(seed, 'paint') };
  const view = viewOf(options);
  const { width, height } = view;
  const data = new Uint8ClampedArray(new SharedArrayBuffer(width * height * 4));
  const random = seededRandom(seed, 'solid-dither');
  const floor = floorPlane(options, scene, view);
  const pixel = 2.7 / (geometry.short * detail * Math.sqrt(1 + reach * reach));
  const ray = newRay();
  const lit = new Float64Array(3);
  const mixed = { light: new Float64Array(3), alpha: 0 };
  for (let row = 0, at = 0; row < height; row++)
    for (let column = 0; column < width; column++, at += 4) {
      aimAt(ray, options, view, { x: column + 0.5, y: row + 0.5 });
      const hit = trace(ray, solids, pixel);
      mixed.light.set(options.shadeColour);
      mixed.alpha = 0;
      if (hit.cover < 1) {
        // Where the shadow has all but ended the bitmap ends too, without an edge.
        const inside = Math.min(1, Math.min(column, width - 1 - column, height - 1 - row) / (20 * detail));
        const dark = inside * (floor[row * width + column] ?? 0);
        mixed.alpha = dark === 0 ? 0 : dark * floorInSight(ray, options.behind, pixel);
        const given = mirror > 0 ? inside * floorMirror({ ray, scene, strength: mirror, lit }) : 0;
        if (given > 0) cover(mixed, lit, given * (1 - mixed.alpha * 0.5));
      }
      if (hit.cover > 0) {
        shade(scene, { ray, along: hit.along }, lit);
        cover(mixed, lit, hit.cover);
      }
      if (mixed.alpha <= 0) continue;
      const noise = (random() + random() - 1) * 1.3;
      for (let channel = 0; channel < 3; channel++)
        data[at + channel] = byteOfLight(mixed.light[channel] ?? 0) + noise;
      data[at + 3] = mixed.alpha * 255 + (mixed.alpha < 1 ? noise * 0.5 : 0);
    }
  const distance = 1 + foot.z / reach;
  return {
    bitmap: { width, height, data },
    anchorX: (geometry.standX + (foot.x * geometry.short) / distance - view.left) * detail,
    anchorY: (rowAtDistance(geometry, distance) - view.top) * detail,
  };
}

function aimAt(
  ray: Ray,
  { geometry, detail }: RenderOptions,
  view: View,
  at: { x: number; y: number },
): void {
  const { short, standX, standY, eyeY } = geometry;
  aim(ray, {
    across: (view.left + at.x / detail - standX) / short,
    up: (eyeY - view.top - at.y / detail) / short,
    eye: (standY - eyeY) / short,
  });
}

/** Lays `light` over what is there. */
function cover(mixed: { light: Float64Array; alpha: number }, light: Float64Array, share: number): void {
  const total = share + mixed.alpha * (1 - share);
  for (let channel = 0; channel < 3; channel++) {
    const under = mixed.light[channel] ?? 0;
    mixed.light[channel] = under + ((light[channel] ?? 0) - under) * (share / total);
  }
  mixed.alpha = total;
}

/** The part of the frame that the bodies and their shadows take up. */
function viewOf({ solids, geometry, detail, light }: RenderOptions): View {
  const { short, standX, standY, eyeY } = geometry;
  let left = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  let top = Number.POSITIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  for (const { bound } of solids) {
    const high = bound.y + bound.radius;
    const thrown = Math.min(1.3, (high * 1.25) / light.y);
    const beside = bound.radius * 1.5 + 0.08;
    const near = 1 + Math.max(depthAtDistance(0.4), bound.z - bound.radius) / reach;
    left = Math.min(left, standX + ((bound.x - beside - Math.max(0, light.x) * thrown) * short) / near);
    right = Math.max(right, standX + ((bound.x + beside - Math.min(0, light.x) * thrown) * short) / near);
    top = Math.min(top, eyeY + (standY - eyeY - high * short) / (1 + bound.z / reach) - 8);
    const front = 1 + (bound.z - bound.radius * 1.7 - 0.1 - Math.max(0, light.z) * thrown) / reach;
    bottom = Math.max(bottom, rowAtDistance(geometry, Math.max(0.45, front)));
  }
  return {
    left,
    top,
    width: Math.ceil((right - left) * detail),
    height: Math.ceil((bottom - top) * detail),
  };
}

const coarse = 3;

/** How dark the floor is below each pixel; worked out for every third one, as shadows are soft. */
function floorPlane(options: RenderOptions, scene: Scene, view: View): Float32Array {
  const small = { width: Math.ceil(view.width / coarse), height: Math.ceil(view.height / coarse) };
  const plane = new Float32Array(small.width * small.height);
  const ray = newRay();
  for (let row = 0, index = 0; row < small.height; row++)
    for (let column = 0; column < small.width; column++, index++) {
      aimAt(ray, options, view, { x: (column + 0.5) * coarse, y: (row + 0.5) * coarse });
      plane[index] = floorShade(ray, scene);
    }
  return enlarged(plane, small, view, coarse);
}
