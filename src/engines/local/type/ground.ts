import type { Box } from './caption.ts';
import type { Rgb } from './contrast.ts';

/** The colours behind a caption, each with its share of the surface. */
export type Ground = readonly { colour: Rgb; share: number }[];

/** Rows of RGBA, non-premultiplied. */
export interface Picture {
  width: number;
  height: number;
  data: Uint8Array | Uint8ClampedArray;
}

/** The colours of a picture inside a box, in steps of 16; a clear pixel counts as what it covers: black. */
export function groundBehind(picture: Picture, box: Box): Ground {
  const { width, height, data } = picture;
  const cells = new Map<number, { red: number; green: number; blue: number; count: number }>();
  let counted = 0;
  const [left, top] = [Math.max(0, Math.floor(box.x)), Math.max(0, Math.floor(box.y))];
  const right = Math.min(width, Math.ceil(box.x + box.width));
  const bottom = Math.min(height, Math.ceil(box.y + box.height));
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) {
      const at = (y * width + x) * 4;
      const alpha = (data[at + 3] ?? 0) / 255;
      const red = (data[at] ?? 0) * alpha;
      const green = (data[at + 1] ?? 0) * alpha;
      const blue = (data[at + 2] ?? 0) * alpha;
      const key = ((red >> 4) << 8) | ((green >> 4) << 4) | (blue >> 4);
      const cell = cells.get(key) ?? { red: 0, green: 0, blue: 0, count: 0 };
      cell.red += red;
      cell.green += green;
      cell.blue += blue;
      cell.count++;
      cells.set(key, cell);
      counted++;
    }
  return [...cells.values()].map(({ red, green, blue, count }) => ({
    colour: [red / count, green / count, blue / count],
    share: count / counted,
  }));
}

/** What is behind a caption in several pictures, for instance while the camera moves. */
export function mergeGrounds(grounds: readonly Ground[]): Ground {
  return grounds.flatMap((ground) =>
    ground.map(({ colour, share }) => ({ colour, share: share / grounds.length })),
  );
}
