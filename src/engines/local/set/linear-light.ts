import type { StageBitmap } from '../render/layer.ts';
import { type Oklab, oklabOfHex } from '../understand/oklab.ts';

/** Red, green and blue as light adds up, 1 for the brightest the screen shows. */
export type Light3 = readonly [red: number, green: number, blue: number];

/** Three planes of linear light, a value per pixel, rows from the top. */
export interface LightPlanes {
  width: number;
  height: number;
  red: Float32Array;
  green: Float32Array;
  blue: Float32Array;
}

export function lightPlanes(width: number, height: number): LightPlanes {
  const plane = () => new Float32Array(width * height);
  return { width, height, red: plane(), green: plane(), blue: plane() };
}

/** The matrices of Björn Ottosson's OKLab; negative light, outside sRGB, becomes none. */
export function lightOfOklab({ L, a, b }: Oklab): Light3 {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    Math.max(0, 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    Math.max(0, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    Math.max(0, -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

export const lightOfHex = (hex: string): Light3 => lightOfOklab(oklabOfHex(hex));

/**
 * What the screen shows of light, 0 to 255 and not rounded. Above `shoulder` it bends softly towards white instead
 * of clipping, each channel for itself: strong light pales, as on film.
 */
export function byteOfLight(light: number): number {
  const index = Math.sqrt(Math.max(0, light)) * tableStep;
  if (index >= tableSize - 1) return bytes[tableSize - 1] ?? 255;
  const low = index | 0;
  const from = bytes[low] ?? 0;
  return from + ((bytes[low + 1] ?? 0) - from) * (index - low);
}

const shoulder = 0.72;
const tableSize = 4096;
const mostLight = 4;
const tableStep = (tableSize - 1) / Math.sqrt(mostLight);
/** Over the square root of light, so that the shadows have as many steps as the eye has. */
const bytes = Float32Array.from({ length: tableSize }, (_, index) => {
  const light = (index / tableStep) ** 2;
  const room = 1 - shoulder;
  const bent = light <= shoulder ? light : shoulder + room * (1 - Math.exp((shoulder - light) / room));
  return 255 * (bent <= 0.0031308 ? bent * 12.92 : 1.055 * bent ** (1 / 2.4) - 0.055);
});

/** Paints the planes as opaque pixels, with fine noise under the rounding so that eight bits show no bands. */
export function bitmapOfLight(planes: LightPlanes, dither: Float32Array): StageBitmap {
  const { width, height, red, green, blue } = planes;
  const data = new Uint8ClampedArray(new SharedArrayBuffer(width * height * 4));
  for (let y = 0, index = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, index++, at += 4) {
      const noise = dither[((y & 127) << 7) | (x & 127)] ?? 0;
      data[at] = byteOfLight(red[index] ?? 0) + noise;
      data[at + 1] = byteOfLight(green[index] ?? 0) + noise;
      data[at + 2] = byteOfLight(blue[index] ?? 0) + noise;
      data[at + 3] = 255;
    }
  return { width, height, data };
}

export const mixLight = (one: Light3, other: Light3, share: number): Light3 => [
  one[0] + (other[0] - one[0]) * share,
  one[1] + (other[1] - one[1]) * share,
  one[2] + (other[2] - one[2]) * share,
];
