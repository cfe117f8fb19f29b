import type { MorphPicture } from './draw-morph.ts';

/**
 * How much outline and print a picture shows: the lightness steps between neighbouring pixels, on a mid-grey
 * ground, summed, for each pixel of product. A ghost shows everything twice and so has more of it.
 */
export function edgeDensity({ width, height, data }: MorphPicture): number {
  const light = new Float32Array(width * height);
  let area = 0;
  for (let index = 0, at = 0; index < light.length; index++, at += 4) {
    const alpha = (data[at + 3] ?? 0) / 255;
    area += alpha;
    const luma = 0.3 * (data[at] ?? 0) + 0.59 * (data[at + 1] ?? 0) + 0.11 * (data[at + 2] ?? 0);
    light[index] = alpha * luma + (1 - alpha) * 128;
  }
  let steps = 0;
  for (let y = 1; y < height; y++)
    for (let x = 1; x < width; x++) {
      const index = y * width + x;
      const own = light[index] ?? 0;
      steps += Math.hypot(own - (light[index - 1] ?? 0), own - (light[index - width] ?? 0));
    }
  return area === 0 ? 0 : steps / area;
}
