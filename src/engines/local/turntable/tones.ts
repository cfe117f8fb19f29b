import type { MorphTones } from '../kernel/kernel.ts';

/** Linear light, 0 to 1, by sRGB byte. */
export const lightOfByte = Float32Array.from({ length: 256 }, (_, byte) => {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

/** Channels multiplied, in linear light, by `gain` to the power of `share`, as the kernel does that to sRGB numbers. */
export function tonesOf(gain: readonly number[], share: number): MorphTones {
  return {
    line: gain.map((factor) => factor ** share - 1),
    curve: gain.map((factor) => factor ** (share / 2.4) - 1),
  };
}
