import type { Bitmap } from '../../../media/media.ts';

/** A colour as the eye orders it: lightness 0 to 1, green-red and blue-yellow around 0. */
export interface Oklab {
  L: number;
  a: number;
  b: number;
}

/** One plane per channel, a value per pixel, rows from the top. */
export interface OklabPlanes {
  width: number;
  height: number;
  L: Float32Array;
  a: Float32Array;
  b: Float32Array;
}

const linearOfByte = Float64Array.from({ length: 256 }, (_, byte) => {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

export function oklabOfRgb(red: number, green: number, blue: number): Oklab {
  const r = linearOfByte[red] ?? 0;
  const g = linearOfByte[green] ?? 0;
  const b = linearOfByte[blue] ?? 0;
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return {
    L: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    a: 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    b: 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  };
}

/** sRGB from 0 to 255, not rounded; a colour outside sRGB is clipped. */
export function rgbOfOklab({ L, a, b }: Oklab): [red: number, green: number, blue: number] {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    byteOfLinear(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    byteOfLinear(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    byteOfLinear(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

/** Kinds of colour of which `oklabPlanes` remembers a pixel; a power of two. */
const remembered = 4_096;

export function oklabPlanes({ width, height, data }: Bitmap): OklabPlanes {
  const count = width * height;
  const planes: OklabPlanes = {
    width,
    height,
    L: new Float32Array(count),
    a: new Float32Array(count),
    b: new Float32Array(count),
  };
  // Photos repeat their colours, and cube roots are dear: the last pixel of each kind of colour is remembered.
  const last = new Int32Array(remembered).fill(-1);
  for (let index = 0, at = 0; index < count; index++, at += 4) {
    const colour = ((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0);
    const kind = (colour ^ (colour >> 9)) & (remembered - 1);
    const same = last[kind] ?? -1;
    last[kind] = index;
    if (same !== -1 && isSameColour(data, same * 4, at)) {
      planes.L[index] = planes.L[same] ?? 0;
      planes.a[index] = planes.a[same] ?? 0;
      planes.b[index] = planes.b[same] ?? 0;
      continue;
    }
    const red = linearOfByte[data[at] ?? 0] ?? 0;
    const green = linearOfByte[data[at + 1] ?? 0] ?? 0;
    const blue = linearOfByte[data[at + 2] ?? 0] ?? 0;
    const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
    const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
    const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
    planes.L[index] = 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
    planes.a[index] = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
    planes.b[index] = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  }
  return planes;
}

const isSameColour = (data: Buffer, one: number, other: number) =>
  data[one] === data[other] && data[one + 1] === data[other + 1] && data[one + 2] === data[other + 2];

export const chromaOf = ({ a, b }: Oklab) => Math.hypot(a, b);

export const distance = (one: Oklab, other: Oklab) =>
  Math.hypot(one.L - other.L, one.a - other.a, one.b - other.b);

/** `#rrggbb` */
export function hexOfOklab(colour: Oklab): string {
  return `#${rgbOfOklab(colour)
    .map((value) => Math.round(value).toString(16).padStart(2, '0'))
    .join('')}`;
}

export function oklabOfHex(hex: string): Oklab {
  const value = Number.parseInt(hex.slice(1), 16);
  return oklabOfRgb((value >> 16) & 255, (value >> 8) & 255, value & 255);
}

function byteOfLinear(linear: number): number {
  const value = linear <= 0.0031308 ? linear * 12.92 : 1.055 * linear ** (1 / 2.4) - 0.055;
  return Math.min(255, Math.max(0, value * 255));
}
