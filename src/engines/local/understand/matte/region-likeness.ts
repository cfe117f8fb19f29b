import type { Region } from '../regions.ts';
import type { Noise } from './noise.ts';
import type { OffGround } from './off-ground.ts';

/** How an area compares with the ground behind it, each in OKLab. */
export interface Likeness {
  lightness: number;
  chroma: number;
  /** What a plane through its lightness leaves unexplained: reflections and refraction do, soft light does not. */
  uneven: number;
  /** The mean change of colour per pixel. */
  rough: number;
}

/** Sums over the pixels of one region: count, u, v, uu, vv, uv, l, ul, vl, ll, chroma, edges. */
const terms = 12;

/** Measures every labelled region against the ground. */
export function likenessOf(options: {
  labels: Int32Array;
  regions: Region[];
  off: OffGround;
  edges: Float32Array;
  width: number;
}): Map<number, Likeness> {
  const { labels, regions, off, edges, width } = options;
  const sums = new Float64Array((regions.length + 1) * terms);
  const values = new Float64Array(terms);
  for (let index = 0; index < labels.length; index++) {
    const label = labels[index] ?? 0;
    if (label === 0) continue;
    const u = (index % width) / width;
    const v = index / width / width;
    const l = off.lightness[index] ?? 0;
    const at = label * terms;
    values[0] = 1;
    values[1] = u;
    values[2] = v;
    values[3] = u * u;
    values[4] = v * v;
    values[5] = u * v;
    values[6] = l;
    values[7] = u * l;
    values[8] = v * l;
    values[9] = l * l;
    values[10] = off.chroma[index] ?? 0;
    values[11] = edges[index] ?? 0;
    for (let term = 0; term < terms; term++) sums[at + term] = (sums[at + term] ?? 0) + (values[term] ?? 0);
  }
  return new Map(
    regions.map(({ label }) => [label, fromSums(sums.subarray(label * terms, (label + 1) * terms))]),
  );
}

function fromSums(sums: Float64Array): Likeness {
  const [count = 1] = sums;
  const [, u = 0, v = 0, uu = 0, vv = 0, uv = 0, l = 0, ul = 0, vl = 0, ll = 0, chroma = 0, rough = 0] =
    sums.map((sum) => sum / count);
  const xx = uu - u * u;
  const yy = vv - v * v;
  const xy = uv - u * v;
  const xl = ul - u * l;
  const yl = vl - v * l;
  const determinant = xx * yy - xy * xy;
  const sloped =
    determinant > 1e-12 ? ((xl * yy - yl * xy) * xl + (yl * xx - xl * xy) * yl) / determinant : 0;
  return { lightness: l, chroma, uneven: Math.sqrt(Math.max(0, ll - l * l - sloped)), rough };
}

/** Each difference from the ground as a share of what the photo's noise allows. */
function shares({ lightness, chroma, uneven, rough }: Likeness, noise: Noise) {
  return {
    lightness: Math.abs(lightness) / Math.max(0.006, noise.lightness * 2.5),
    chroma: chroma / Math.max(0.0013, noise.chroma * 2.2),
    uneven: uneven / Math.max(0.0035, noise.lightness * 1.6),
    rough: Math.max(0, rough - noise.rough) / (0.0003 + noise.rough * 0.5),
  };
}

/** What the differences add up to: about 1 for a hole in a handle, above 2 for clear glass. */
export function unlikeness(likeness: Likeness, noise: Noise): number {
  const { lightness, chroma, uneven, rough } = shares(likeness, noise);
  return lightness + chroma + uneven + rough;
}

/** The same ground in uneven light: its colour and its grain are the ground's. */
export function isUnevenlyLit(likeness: Likeness, noise: Noise): boolean {
  const { lightness, chroma, uneven, rough } = shares(likeness, noise);
  return lightness < 1 && chroma < 0.9 && uneven < 1.6 && rough < 0.75;
}

/** Below this change of colour a ground has no grain of its own that could be told from a subject's. */
const grainy = 0.001;

/**
 * The same ground in a soft shadow: darker, but with its colour and its grain. Clear glass darkens too, but less, is
 * hardly as large as a gap that a close-up cuts off, and has no thick walls all around.
 */
export function isShaded(
  likeness: Likeness,
  noise: Noise,
  { isLarge, walls }: { isLarge: boolean; walls: number },
): boolean {
  const { chroma } = shares(likeness, noise);
  const depth = -likeness.lightness;
  const isDeep = depth > (isLarge ? -0.004 : 0.02);
  if (noise.rough > grainy && likeness.rough < noise.rough * 0.8) return false;
  const leeway = depth * 6 + (isLarge ? Math.min(0.4, depth * 40) : 0) + 2 * Math.max(0, walls - 0.6);
  return isDeep && isSoftlyShaded(likeness, noise) && chroma < 1.2 + leeway;
}

/** The same within opaque walls: at any depth, and no farther off the ground's colour than the photo's open shadows. */
export const isShadedGap = (likeness: Likeness, noise: Noise, shade: number) =>
  likeness.lightness < 0.004 && likeness.chroma < shade && isSoftlyShaded(likeness, noise);

/** The slope of a shadow is a change of colour of its own. */
const isSoftlyShaded = ({ lightness, uneven, rough }: Likeness, noise: Noise) =>
  lightness > -0.16 && uneven < 0.025 && rough < noise.rough + 0.0006 + 0.03 * Math.abs(lightness);

/** A ground with a grain (paper, cloth) is known by it in any soft shadow: hardly a product has the same one. */
export function hasGroundsGrain(likeness: Likeness, noise: Noise): boolean {
  const { lightness, chroma, uneven, rough } = likeness;
  const depth = Math.max(0, -lightness);
  const isSame = rough > noise.rough * 0.95 && rough < noise.rough * 1.3 + 0.0005;
  const isSoft = depth < 0.09 && lightness < noise.lightness * 1.5 && uneven < 0.025;
  return noise.rough > grainy && isSame && isSoft && chroma < 0.0023 + noise.chroma + 0.06 * depth;
}

/** What may be said of ground in the corner of a photo, whatever the shadows on it. */
export function hasGroundsColour(likeness: Likeness, noise: Noise): boolean {
  const { chroma, rough } = shares(likeness, noise);
  return chroma < 1.2 && rough < 3.2 && likeness.lightness > -0.1;
}
