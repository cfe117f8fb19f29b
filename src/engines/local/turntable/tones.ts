/** What a byte of each channel (256 entries for red, then green, then blue) becomes once brightness is matched. */
export interface Tones {
  /** sRGB bytes again, and linear light from 0 to 1. */
  shown: Uint8ClampedArray;
  linear: Float32Array;
}

/** Steps of linear light that are told apart when it turns into bytes again. */
export const lightSteps = 8191;

/** sRGB bytes by linear light, `lightSteps` + 1 of them. */
export const byteOfLight = Uint8ClampedArray.from({ length: lightSteps + 1 }, (_, step) =>
  byteOf(step / lightSteps),
);

/** Channels multiplied, in linear light, by `gain` to the power of `share`; at 0 every byte stays itself. */
export function tonesOf(gain: readonly number[], share: number): Tones {
  const tones = { shown: new Uint8ClampedArray(768), linear: new Float32Array(768) };
  for (let n = 0; n < 768; n++) {
    const value = (n & 255) / 255;
    const light = value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    const matched = Math.min(1, light * (gain[n >> 8] ?? 1) ** share);
    tones.linear[n] = matched;
    tones.shown[n] = byteOf(matched);
  }
  return tones;
}

function byteOf(light: number): number {
  return 255 * (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055);
}
