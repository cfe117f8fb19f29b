import type { Bitmap } from '../../../media/media.ts';
import { distance, type Oklab, oklabOfRgb } from './oklab.ts';

export interface Swatch {
  colour: Oklab;
  /** Of the counted pixels, 0 to 1. */
  share: number;
}

const cells = 12;
const rounds = 8;

/**
 * The main colours of a picture as the eye groups them, the most common first; at most `count`, never two that
 * look alike. Clear pixels do not count. Empty for a picture that is wholly clear.
 */
export function paletteOf(bitmap: Bitmap, count = 5): Swatch[] {
  const pixels = sample(bitmap);
  if (pixels.length === 0) return [];
  let centres = startingCentres(pixels, count);
  let groups: Oklab[][] = [];
  for (let round = 0; round < rounds; round++) {
    groups = centres.map(() => []);
    for (const pixel of pixels) groups[nearest(centres, pixel)]?.push(pixel);
    centres = groups.map((group, index) => (group.length === 0 ? (centres[index] ?? grey) : mean(group)));
  }
  return centres
    .map((colour, index) => ({ colour, share: (groups[index]?.length ?? 0) / pixels.length }))
    .filter(({ share }) => share > 0.004)
    .sort((one, other) => other.share - one.share);
}

const grey: Oklab = { L: 0.6, a: 0, b: 0 };

function sample({ width, height, data }: Bitmap): Oklab[] {
  const step = Math.max(1, Math.round(Math.sqrt((width * height) / 6_000)));
  const pixels: Oklab[] = [];
  for (let y = step >> 1; y < height; y += step)
    for (let x = step >> 1; x < width; x += step) {
      const at = (y * width + x) * 4;
      if ((data[at + 3] ?? 0) < 200) continue;
      pixels.push(oklabOfRgb(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0));
    }
  return pixels;
}

/** The fullest cells of a coarse grid over the colour space, skipping cells that look like one already taken. */
function startingCentres(pixels: Oklab[], count: number): Oklab[] {
  const grid = new Map<number, Oklab[]>();
  for (const pixel of pixels) {
    const key =
      Math.floor(pixel.L * cells) * 10_000 +
      Math.floor((pixel.a + 0.5) * cells * 2) * 100 +
      Math.floor((pixel.b + 0.5) * cells * 2);
    const cell = grid.get(key);
    if (cell === undefined) grid.set(key, [pixel]);
    else cell.push(pixel);
  }
  const fullest = [...grid.entries()].sort(
    (one, other) => other[1].length - one[1].length || one[0] - other[0],
  );
  const centres: Oklab[] = [];
  for (const [, cell] of fullest) {
    const colour = mean(cell);
    if (centres.every((centre) => distance(centre, colour) > 0.09)) centres.push(colour);
    if (centres.length === count) break;
  }
  return centres;
}

function nearest(centres: readonly Oklab[], pixel: Oklab): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, centre] of centres.entries()) {
    const dL = centre.L - pixel.L;
    const da = centre.a - pixel.a;
    const db = centre.b - pixel.b;
    const away = dL * dL + da * da + db * db;
    if (away >= least) continue;
    least = away;
    best = index;
  }
  return best;
}

function mean(pixels: readonly Oklab[]): Oklab {
  const sum = { L: 0, a: 0, b: 0 };
  for (const pixel of pixels) {
    sum.L += pixel.L;
    sum.a += pixel.a;
    sum.b += pixel.b;
  }
  return { L: sum.L / pixels.length, a: sum.a / pixels.length, b: sum.b / pixels.length };
}
