/** Bytes of one I420 frame. */
export const i420Bytes = (width: number, height: number) => (width * height * 3) / 2;

/**
 * RGBA to I420, BT.709 limited range. Sides are even. Each chroma sample is the mean of its four pixels. In
 * sixteen-bit fixed point: three times as fast as floating point here, and exact to half a step.
 */
export function writeI420(
  rgba: Uint8Array | Uint8ClampedArray,
  width: number,
  height: number,
  out: Uint8Array,
): void {
  const half = width >> 1;
  const uStart = width * height;
  const vStart = uStart + half * (height >> 1);
  for (let y = 0; y < height; y += 2) {
    let top = y * width * 4;
    let bottom = top + width * 4;
    let upper = y * width;
    let lower = upper + width;
    let chroma = (y >> 1) * half;
    for (let x = 0; x < half; x++) {
      const r0 = rgba[top] as number;
      const g0 = rgba[top + 1] as number;
      const b0 = rgba[top + 2] as number;
      const r1 = rgba[top + 4] as number;
      const g1 = rgba[top + 5] as number;
      const b1 = rgba[top + 6] as number;
      const r2 = rgba[bottom] as number;
      const g2 = rgba[bottom + 1] as number;
      const b2 = rgba[bottom + 2] as number;
      const r3 = rgba[bottom + 4] as number;
      const g3 = rgba[bottom + 5] as number;
      const b3 = rgba[bottom + 6] as number;
      out[upper] = (11966 * r0 + 40254 * g0 + 4064 * b0 + 1081344) >> 16;
      out[upper + 1] = (11966 * r1 + 40254 * g1 + 4064 * b1 + 1081344) >> 16;
      out[lower] = (11966 * r2 + 40254 * g2 + 4064 * b2 + 1081344) >> 16;
      out[lower + 1] = (11966 * r3 + 40254 * g3 + 4064 * b3 + 1081344) >> 16;
      const r = r0 + r1 + r2 + r3;
      const g = g0 + g1 + g2 + g3;
      const b = b0 + b1 + b2 + b3;
      out[uStart + chroma] = (28784 * b - 6596 * r - 22188 * g + 33685504) >> 18;
      out[vStart + chroma] = (28784 * r - 26145 * g - 2639 * b + 33685504) >> 18;
      top += 8;
      bottom += 8;
      upper += 2;
      lower += 2;
      chroma++;
    }
  }
}
