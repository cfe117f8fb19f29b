/** Below this alpha a pixel's own colour is mostly noise. */
const leastAlpha = 0.06;

/**
 * Colours without alpha, going on beyond the outline: a clear pixel takes the mean of the nearest coarser cell
 * that has colour (the pull-push of Gortler et al., "The lumigraph", 1996). RGBX, four bytes a pixel.
 */
export function spreadColour(premultiplied: Float32Array, width: number, height: number): Uint8ClampedArray {
  const levels = [{ data: premultiplied, width, height }];
  for (let fine = levels[0]; fine !== undefined && Math.max(fine.width, fine.height) > 1; ) {
    fine = halved(fine);
    levels.push(fine);
  }
  let colour: { data: Float32Array; width: number } | undefined;
  for (const level of levels.reverse()) colour = filled(level, colour);
  const out = new Uint8ClampedArray(width * height * 4);
  const data = colour?.data ?? premultiplied;
  for (let at = 0; at < out.length; at++) out[at] = (at & 3) === 3 ? 255 : (data[at] ?? 0) * 255;
  return out;
}

interface Level {
  data: Float32Array;
  width: number;
  height: number;
}

function halved({ data, width, height }: Level): Level {
  const half = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
  const out = new Float32Array(half.width * half.height * 4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 4;
      const to = ((y >> 1) * half.width + (x >> 1)) * 4;
      for (let n = 0; n < 4; n++) out[to + n] = (out[to + n] ?? 0) + (data[from + n] ?? 0) / 4;
    }
  return { ...half, data: out };
}

function filled({ data, width, height }: Level, coarser: { data: Float32Array; width: number } | undefined) {
  const out = new Float32Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      const alpha = data[at + 3] ?? 0;
      const from = coarser === undefined ? 0 : ((y >> 1) * coarser.width + (x >> 1)) * 4;
      for (let n = 0; n < 3; n++)
        out[at + n] = alpha > leastAlpha ? (data[at + n] ?? 0) / alpha : (coarser?.data[from + n] ?? 0);
    }
  return { data: out, width };
}
