import type { Media } from '../../../media/media.ts';
import type { Frame } from '../render/layer.ts';

/** A film as light and dark alone, small: every frame, each a plane of luma from 0 to 255. */
export interface SmallFilm extends Frame {
  lumas: Uint8Array[];
}

const shortSide = 180;

/** The size at which a film is looked at as a whole. */
export function smallSize({ width, height }: Frame): Frame {
  const scale = Math.min(1, shortSide / Math.min(width, height));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

export async function readSmallFilm(options: {
  media: Media;
  path: string;
  frame: Frame;
  fps: number;
  seconds: number;
  signal: AbortSignal;
}): Promise<SmallFilm> {
  const { media, path, frame, fps, seconds, signal } = options;
  const size = smallSize(frame);
  const lumas: Uint8Array[] = [];
  for await (const rgba of media.decodeVideo(path, { ...size, fps, startSeconds: 0, seconds, signal }))
    lumas.push(lumaOf(rgba));
  return { ...size, lumas };
}

/** A picture of RGBA as luma of BT.709, made smaller by the mean of what each pixel covers. */
export function shrunkLuma(rgba: Uint8Array, from: Frame, to: Frame): Uint8Array {
  const whole = lumaOf(rgba);
  if (from.width === to.width) return whole;
  const small = new Uint8Array(to.width * to.height);
  for (let y = 0; y < to.height; y++) {
    const top = Math.floor((y * from.height) / to.height);
    const bottom = Math.max(top + 1, Math.floor(((y + 1) * from.height) / to.height));
    for (let x = 0; x < to.width; x++) {
      const left = Math.floor((x * from.width) / to.width);
      const right = Math.max(left + 1, Math.floor(((x + 1) * from.width) / to.width));
      let sum = 0;
      for (let row = top; row < bottom; row++)
        for (let column = left; column < right; column++) sum += whole[row * from.width + column] ?? 0;
      small[y * to.width + x] = sum / ((right - left) * (bottom - top));
    }
  }
  return small;
}

/** 0 to 1. */
export function meanLuma(luma: Uint8Array): number {
  let sum = 0;
  for (let index = 0; index < luma.length; index++) sum += luma[index] ?? 0;
  return sum / (255 * luma.length);
}

/** How much the thousandth of the picture changed that changed most, in steps of luma: moved edges, not noise. */
export function changeBetween(one: Uint8Array, other: Uint8Array): number {
  const counts = new Uint32Array(256);
  for (let index = 0; index < one.length; index++) {
    const step = Math.abs((one[index] ?? 0) - (other[index] ?? 0));
    counts[step] = (counts[step] ?? 0) + 1;
  }
  let above = 0;
  for (let step = 255; step > 0; step--) {
    above += counts[step] ?? 0;
    if (above > one.length / 1000) return step;
  }
  return 0;
}

function lumaOf(rgba: Uint8Array): Uint8Array {
  const luma = new Uint8Array(rgba.length / 4);
  for (let index = 0, at = 0; index < luma.length; index++, at += 4)
    luma[index] = (54 * (rgba[at] ?? 0) + 183 * (rgba[at + 1] ?? 0) + 19 * (rgba[at + 2] ?? 0)) >> 8;
  return luma;
}
