import type { StudioSet } from '../../../domain/storyboard.ts';
import type { StageBitmap } from '../render/layer.ts';
import { blurPlane } from '../understand/blur.ts';
import type { CutOut } from './cut-out.ts';
import { byteOfLight, type Light3 } from './linear-light.ts';
import { neonLamps, rigOf, sideOf } from './rig.ts';

/** The part of the product's size that the light may touch: all inside of it keeps the photo's colours. */
const width = 0.015;

/**
 * A thin line of light along the side of the product that the lamp grazes from behind, to be drawn over it normally;
 * undefined for light that comes from the front. The same size as the product.
 */
export function lightEdge(options: { product: CutOut; set: StudioSet }): StageBitmap | undefined {
  const { product, set } = options;
  const strength = rigOf(set).rim;
  if (strength === 0) return undefined;
  const alpha = alphaOf(product);
  const thick = Math.max(1.2, Math.min(product.width, product.height) * width);
  const lamps = lampsOf(set);
  const data = new Uint8ClampedArray(new SharedArrayBuffer(product.width * product.height * 4));
  const near = blurPlane(alpha, product.width, product.height, { x: thick * 0.55, y: thick * 0.55 });
  for (let y = 0, index = 0; y < product.height; y++)
    for (let x = 0; x < product.width; x++, index++) {
      const cover = alpha[index] ?? 0;
      if (cover === 0) continue;
      // Blurred, an outline falls from 1 well inside to a half at the edge.
      const edge = Math.min(1, Math.max(0, (0.97 - (near[index] ?? 0)) * 2.4));
      if (edge === 0) continue;
      const slopeX = valueAt(near, product, x - 1, y) - valueAt(near, product, x + 1, y);
      const slopeY = valueAt(near, product, x, y - 1) - valueAt(near, product, x, y + 1);
      const length = Math.sqrt(slopeX * slopeX + slopeY * slopeY);
      if (length < 1e-4) continue;
      // Outwards, y up: the slope falls towards the outside.
      const outX = slopeX / length;
      const up = -slopeY / length;
      const lamp = lampAt(lamps, outX, up);
      if (lamp === undefined) continue;
      const at = index * 4;
      data[at] = lamp.bytes[0];
      data[at + 1] = lamp.bytes[1];
      data[at + 2] = lamp.bytes[2];
      data[at + 3] = 255 * strength * edge ** 1.5 * lamp.facing * cover;
    }
  return { width: product.width, height: product.height, data };
}

interface Lamp {
  /** The side it shines from: 1 is right. */
  side: number;
  bytes: [red: number, green: number, blue: number];
  level: number;
}

function lampsOf(set: StudioSet): Lamp[] {
  const side = sideOf(set);
  if (set.light === 'neon') {
    const { near, far } = neonLamps(set);
    return [
      { side, bytes: bytesOf(near), level: 1 },
      { side: -side, bytes: bytesOf(far), level: 0.9 },
    ];
  }
  return [{ side, bytes: bytesOf(rigOf(set).tint), level: 1 }];
}

/** As bright as the screen allows in the lamp's colour. */
function bytesOf(light: Light3): Lamp['bytes'] {
  const most = Math.max(...light);
  const byte = (channel: number) => byteOfLight((channel / most) * 0.9 + 0.08);
  return [byte(light[0]), byte(light[1]), byte(light[2])];
}

/** The lamp that an edge facing this way sees most of. */
function lampAt(
  lamps: readonly Lamp[],
  outX: number,
  up: number,
): { bytes: Lamp['bytes']; facing: number } | undefined {
  for (const { side, bytes, level } of lamps) {
    const facing = outX * side * 0.9 + up * 0.35 - 0.12;
    if (facing > 0) return { bytes, facing: level * Math.min(1, facing * 1.3) };
  }
  return undefined;
}

/** With a clear border, so that an outline cut by the picture's edge still counts as one. */
function alphaOf({ width, height, data }: CutOut): Float32Array {
  const alpha = new Float32Array(width * height);
  for (let index = 0; index < alpha.length; index++) alpha[index] = (data[index * 4 + 3] ?? 0) / 255;
  return alpha;
}

function valueAt(plane: Float32Array, { width, height }: CutOut, x: number, y: number): number {
  if (x < 0 || y < 0 || x >= width || y >= height) return 0;
  return plane[y * width + x] ?? 0;
}
