import type { Surface } from '../../../domain/storyboard.ts';
import { blurPlane } from '../understand/blur.ts';
import type { CutOut } from './cut-out.ts';
import type { GroundingBitmap } from './plates.ts';

/** How much of the product a surface gives back, how far down it is seen in its heights, and how blurred. */
const polish: Record<Surface, { strength: number; reach: number; blur: number }> = {
  glossy: { strength: 0.35, reach: 0.7, blur: 0.012 },
  water: { strength: 0.3, reach: 0.6, blur: 0.016 },
  marble: { strength: 0.18, reach: 0.4, blur: 0.022 },
  wood: { strength: 0.08, reach: 0.24, blur: 0.035 },
  stone: { strength: 0.06, reach: 0.2, blur: 0.04 },
  seamless: { strength: 0.05, reach: 0.18, blur: 0.04 },
  fabric: { strength: 0, reach: 0, blur: 0 },
  sand: { strength: 0, reach: 0, blur: 0 },
};

const scale = 2;

/**
 * The product upside down below its foot, fading and blurring with the way down. Each column is mirrored at the
 * height where the product itself ends there, so that a round foot meets its image all along its curve.
 */
export function drawMirror(options: {
  product: CutOut;
  /** Tells where the product ends. */
  outline: CutOut;
  surface: Surface;
}): GroundingBitmap | undefined {
  const { product, outline, surface } = options;
  const { strength, reach, blur } = polish[surface];
  if (strength === 0) return undefined;
  const small = halved(product);
  const whole = outline === product ? small : halved(outline);
  const feet = pivots(whole);
  const { base } = whole;
  const deep = Math.ceil(base * reach);
  const margin = Math.ceil(small.width * 0.08) + 4;
  const above = Math.ceil(small.width * 0.14) + 2;
  const width = small.width + 2 * margin;
  const height = above + deep;
  const planes = Array.from({ length: 4 }, () => new Float32Array(width * height));
  for (let x = 0; x < small.width; x++) {
    const foot = feet[x] ?? base;
    for (let row = 0; row < height; row++) {
      const y = row - above + base;
      const from = Math.round(2 * foot - y - 1);
      if (y < foot || from < 0 || from >= small.height) continue;
      const source = (from * small.width + x) * 4;
      const index = row * width + margin + x;
      for (let channel = 0; channel < 4; channel++) {
        const plane = planes[channel];
        if (plane !== undefined) plane[index] = small.data[source + channel] ?? 0;
      }
    }
  }
  const sharp = planes.map((plane) => blurPlane(plane, width, height, { x: blur * 12, y: blur * 30 }));
  const sigma = blur * small.width + 0.8;
  const soft = planes.map((plane) => blurPlane(plane, width, height, { x: sigma, y: sigma * 1.6 }));
  const data = new Uint8ClampedArray(new SharedArrayBuffer(width * height * 4));
  for (let row = 0, index = 0, at = 0; row < height; row++) {
    const down = Math.max(0, row - above) / deep;
    const share = Math.min(1, down * 2.2);
    const fade = strength * (1 - down) ** 1.8;
    for (let x = 0; x < width; x++, index++, at += 4) {
      const value = (channel: number) => {
        const one = sharp[channel]?.[index] ?? 0;
        return one + ((soft[channel]?.[index] ?? 0) - one) * share;
      };
      const alpha = value(3);
      if (alpha < 1 / 512) continue;
      data[at] = (value(0) / alpha) * 255;
      data[at + 1] = (value(1) / alpha) * 255;
      data[at + 2] = (value(2) / alpha) * 255;
      data[at + 3] = alpha * fade * 255;
    }
  }
  return { bitmap: { width, height, data }, anchorX: width / 2, anchorY: above, scale };
}

interface Halved {
  width: number;
  height: number;
  /** Premultiplied, 0 to 1. */
  data: Float32Array;
  /** Lower edge of the lowest opaque row. */
  base: number;
}

function halved(product: CutOut): Halved {
  const width = Math.ceil(product.width / scale);
  const height = Math.ceil(product.height / scale);
  const data = new Float32Array(width * height * 4);
  const share = 1 / (255 * scale * scale);
  let base = 1;
  for (let y = 0, at = 0; y < product.height; y++)
    for (let x = 0; x < product.width; x++, at += 4) {
      const alpha = product.data[at + 3] ?? 0;
      if (alpha === 0) continue;
      if (alpha > 127) base = (y + 1) / scale;
      const to = (Math.floor(y / scale) * width + Math.floor(x / scale)) * 4;
      for (let channel = 0; channel < 3; channel++)
        data[to + channel] =
          (data[to + channel] ?? 0) + ((product.data[at + channel] ?? 0) * alpha * share) / 255;
      data[to + 3] = (data[to + 3] ?? 0) + alpha * share;
    }
  return { width, height, data, base: Math.round(base) };
}

/** Where each column meets its image: its own lower end near the ground, the ground's nearest edge elsewhere. */
function pivots({ width, height, data, base }: Halved): Float32Array {
  const curve = Math.max(2, width * 0.13);
  const ends = new Float32Array(width);
  for (let x = 0; x < width; x++) {
    let end = 0;
    for (let y = height - 1; y >= 0 && end === 0; y--)
      if ((data[(y * width + x) * 4 + 3] ?? 0) > 0.5) end = y + 1;
    ends[x] = base - end <= curve ? end : base - curve * 0.5;
  }
  return blurPlane(ends, width, 1, { x: Math.max(0.8, width * 0.012), y: 0 });
}

export const mirrorStrength = (surface: Surface): number => polish[surface].strength;
