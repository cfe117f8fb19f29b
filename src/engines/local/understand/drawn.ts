import type { Bitmap } from '../../../media/media.ts';
import { labelRegions } from './regions.ts';

/**
 * What a picture without transparency is, if it was drawn and not photographed: a `mark`, such as a wordmark on white,
 * or a `screen`, which is full of things to be read. Undefined for photos, and for drawings that are neither.
 */
export function drawnAs(picture: Bitmap): 'mark' | 'screen' | undefined {
  const { width, height, data } = thinned(picture);
  const ground = groundOf({ width, height, data });
  const off = new Uint8Array(width * height);
  let offCount = 0;
  for (let index = 0; index < off.length; index++) {
    if (awayFrom(ground, data, index) <= ink) continue;
    off[index] = 1;
    offCount++;
  }
  if (offCount < off.length * 0.01 || !isEvenInk({ width, height, data }, off)) return undefined;
  const { regions } = labelRegions(off, 1, width);
  // A product in one colour is one piece, or a pair; words and controls are many.
  const pieces = regions.filter(({ area }) => area > offCount * 0.01 && area < offCount * 0.7).length;
  if (pieces < 3) return undefined;
  const box = regions.reduce(
    (all, { left, top, right, bottom }) => ({
      left: Math.min(all.left, left),
      top: Math.min(all.top, top),
      right: Math.max(all.right, right),
      bottom: Math.max(all.bottom, bottom),
    }),
    { left: width, top: height, right: 0, bottom: 0 },
  );
  const touches = [box.left < 2, box.top < 2, box.right > width - 3, box.bottom > height - 3].some(Boolean);
  const fills = (box.right - box.left) / width > 0.8 && (box.bottom - box.top) / height > 0.8;
  return touches || fills || pieces > mostLetters ? 'screen' : 'mark';
}

/** Steps of 255 from the ground at which something is ink. */
const ink = 24;
/** Drawn things have nearly all of their ink in so many colours; product photos about half at most. */
const mainColours = 8;
const fewColours = 0.8;
/** The share of ink that has the very colour of the pixel beside it or below. */
const evenInk = 0.5;
const mostLetters = 40;

/** Every n-th pixel of every n-th row, so that colours stay what they are; about 160,000 of them. */
function thinned({ width, height, data }: Bitmap): Bitmap {
  const step = Math.max(1, Math.round(Math.sqrt((width * height) / 160_000)));
  if (step === 1) return { width, height, data };
  const small = { width: Math.floor(width / step), height: Math.floor(height / step) };
  const picked = Buffer.alloc(small.width * small.height * 4);
  for (let y = 0; y < small.height; y++)
    for (let x = 0; x < small.width; x++) {
      const from = (y * width + x) * step * 4;
      data.copy(picked, (y * small.width + x) * 4, from, from + 4);
    }
  return { ...small, data: picked };
}

const bucketAt = (data: Buffer, index: number) =>
  ((data[index * 4] ?? 0) >> 3) * 1024 +
  ((data[index * 4 + 1] ?? 0) >> 3) * 32 +
  ((data[index * 4 + 2] ?? 0) >> 3);

/** A pixel of the colour that most of the rim has. */
function groundOf({ width, height, data }: Bitmap): readonly [number, number, number] {
  const seen = new Map<number, { count: number; index: number }>();
  const count = (index: number) => {
    const bucket = bucketAt(data, index);
    const known = seen.get(bucket);
    if (known === undefined) seen.set(bucket, { count: 1, index });
    else known.count++;
  };
  for (let x = 0; x < width; x++) for (const y of [0, height - 1]) count(y * width + x);
  for (let y = 1; y < height - 1; y++) for (const x of [0, width - 1]) count(y * width + x);
  const [most] = [...seen.values()].toSorted((one, other) => other.count - one.count);
  const at = (most?.index ?? 0) * 4;
  return [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
}

const awayFrom = (colour: readonly [number, number, number], data: Buffer, index: number) =>
  Math.max(
    Math.abs((data[index * 4] ?? 0) - colour[0]),
    Math.abs((data[index * 4 + 1] ?? 0) - colour[1]),
    Math.abs((data[index * 4 + 2] ?? 0) - colour[2]),
  );

/** Whether all ink is a few even colours; its edges, which lenses and compression blend, are not asked. */
function isEvenInk({ width, data }: Bitmap, off: Uint8Array): boolean {
  const shares = new Map<number, number>();
  let inside = 0;
  let even = 0;
  for (let index = width; index < off.length - width; index++) {
    const around = [index, index - 1, index + 1, index - width, index + width];
    if (around.some((next) => off[next] === 0)) continue;
    inside++;
    const bucket = bucketAt(data, index);
    shares.set(bucket, (shares.get(bucket) ?? 0) + 1);
    const at = index * 4;
    const own = [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0] as const;
    if (awayFrom(own, data, index + 1) <= 2 || awayFrom(own, data, index + width) <= 2) even++;
  }
  const main = [...shares.values()].toSorted((one, other) => other - one).slice(0, mainColours);
  const inMain = main.reduce((sum, count) => sum + count, 0);
  return inside > 0 && inMain >= inside * fewColours && even >= inside * evenInk;
}
