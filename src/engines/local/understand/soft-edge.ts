import type { Bitmap } from '../../../media/media.ts';
import { blurPlane } from './blur.ts';
import { distanceInside, distanceTo } from './distance-inside.ts';

/** Whole pixels of the photo, right and bottom exclusive. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** A cut-out with a soft edge. */
export interface SoftEdge {
  /** The photo with alpha; colour at the edge is the subject's own, without the ground that shone through. */
  cutOut: Bitmap;
  /** Tight around everything that is not fully clear. */
  box: Box;
}

/** Pixels either side of the outline whose alpha is open; beyond them the photo's colours are pure. */
const inner = 3;
const outer = 2;
/** How far around a pixel of the band its pure colours are looked for. */
const reach = 6;
/** Squared RGB distance of the two pure colours from which their mix alone decides. */
const clearContrast = 2_500;
/** RGB distance from the mix of two colours that noise explains; at twice that a pixel is no mix of them. */
const mixNoise = 22;

/**
 * Gives a yes/no subject a soft edge. In a band along the outline each pixel is explained as a mix of the pure
 * subject colour and the pure ground colour near it; its share of subject becomes its alpha, and the ground is
 * taken out of its colour, so that no pale rim travels with the cut-out.
 */
export function softenEdge(photo: Bitmap, subject: Uint8Array): SoftEdge {
  const { width, height, data } = photo;
  const out = Buffer.alloc(data.length);
  const depth = signedDepth(subject, width, height);
  const place = blurPlane(new Float32Array(subject), width, height, { x: 1.1, y: 1.1 });
  const box: Box = { left: width, top: height, right: 0, bottom: 0 };
  for (let y = 0, index = 0; y < height; y++)
    for (let x = 0; x < width; x++, index++) {
      const level = depth[index] ?? 0;
      if (level < -outer) continue;
      const at = index * 4;
      if (level > inner) {
        out[at] = data[at] ?? 0;
        out[at + 1] = data[at + 1] ?? 0;
        out[at + 2] = data[at + 2] ?? 0;
        out[at + 3] = 255;
      } else unmix({ photo, depth, place, x, y, out });
      if ((out[at + 3] ?? 0) < 16) continue;
      if (x < box.left) box.left = x;
      if (x >= box.right) box.right = x + 1;
      if (y < box.top) box.top = y;
      if (y >= box.bottom) box.bottom = y + 1;
    }
  return { cutOut: { width, height, data: out }, box };
}

/** Steps from the outline: 1, 2, … within the subject, -1, -2, … outside, up to a little past the band. */
function signedDepth(subject: Uint8Array, width: number, height: number): Int8Array {
  const within = distanceInside(subject, width, height, inner + 3);
  const outside = distanceTo(subject, width, height, outer + 3);
  const depth = new Int8Array(subject.length);
  for (let index = 0; index < depth.length; index++) {
    const steps = within[index] ?? 0;
    depth[index] = steps > 0 ? steps : -(outside[index] ?? 0);
  }
  return depth;
}

// One scratch set for the whole band: it is filled anew for every pixel.
const pure = new Float64Array(4);
const ground = new Float64Array(4);

function unmix(options: {
  photo: Bitmap;
  depth: Int8Array;
  place: Float32Array;
  x: number;
  y: number;
  out: Buffer;
}): void {
  const { photo, depth, place, x, y, out } = options;
  const { width, data } = photo;
  const index = y * width + x;
  const at = index * 4;
  gatherPureColours(photo, depth, x, y);
  if (pure[3] === 0) takeFarthestFromGround({ photo, depth, x, y });
  let toward = 0;
  let contrast = 0;
  for (let channel = 0; channel < 3; channel++) {
    const span = (pure[channel] ?? 0) - (ground[channel] ?? 0);
    toward += ((data[at + channel] ?? 0) - (ground[channel] ?? 0)) * span;
    contrast += span * span;
  }
  const level = depth[index] ?? 0;
  const byPlace = Math.min(1, Math.max(0, ((place[index] ?? 0) - 0.2) / 0.6));
  const share = contrast === 0 ? byPlace : Math.min(1, Math.max(0, toward / contrast));
  // Where subject and ground look alike the mix says nothing, nor where a pixel is neither of them, as the dark rim
  // of a glass is; there the place within the band decides.
  const likely = 1 - (offMix(data, at, share) - mixNoise) / mixNoise;
  const trust = Math.min(1, contrast / clearContrast) * Math.min(1, Math.max(0, likely));
  const bounded = Math.min(leastClear(level), Math.max(leastSolid(level), share));
  let alpha = bounded * trust + byPlace * (1 - trust);
  if (alpha < 0.04) alpha = 0;
  if (alpha > 0.96) alpha = 1;
  for (let channel = 0; channel < 3; channel++) {
    const value = data[at + channel] ?? 0;
    const freed = alpha > 0.4 ? (value - (1 - alpha) * (ground[channel] ?? 0)) / alpha : (pure[channel] ?? 0);
    // Taking the ground out of a nearly clear pixel can overshoot into white specks.
    const own = pure[channel] ?? 0;
    const held = Math.min(Math.max(value, own) + 6, Math.max(Math.min(value, own) - 6, freed));
    out[at + channel] = Math.min(255, Math.max(0, Math.round(alpha === 1 ? value : held)));
  }
  out[at + 3] = Math.round(alpha * 255);
}

/** How far a pixel is from the mix of its two pure colours. */
function offMix(data: Buffer, at: number, share: number): number {
  let squares = 0;
  for (let channel = 0; channel < 3; channel++) {
    const mixed = (ground[channel] ?? 0) + share * ((pure[channel] ?? 0) - (ground[channel] ?? 0));
    squares += ((data[at + channel] ?? 0) - mixed) ** 2;
  }
  return Math.sqrt(squares);
}

/** A pixel well inside the outline is never clear, one well outside never solid. */
const leastSolid = (level: number) => (level >= 3 ? 0.6 : level === 2 ? 0.2 : 0);
const leastClear = (level: number) => (level <= -2 ? 0.35 : 1);

function gatherPureColours({ width, height, data }: Bitmap, depth: Int8Array, x: number, y: number): void {
  pure.fill(0);
  ground.fill(0);
  // Every other row is plenty for a mean.
  for (
    let row = Math.max((y - reach) & 1, y - reach), lastRow = Math.min(height - 1, y + reach);
    row <= lastRow;
    row += 2
  )
    for (
      let column = Math.max(0, x - reach), lastColumn = Math.min(width - 1, x + reach);
      column <= lastColumn;
      column++
    ) {
      const index = row * width + column;
      const level = depth[index] ?? 0;
      if (level <= inner && level >= -outer) continue;
      const sum = level < 0 ? ground : pure;
      const away = (row - y) ** 2 + (column - x) ** 2;
      const weight = 1 / (away * away + 4);
      sum[0] = (sum[0] ?? 0) + weight * (data[index * 4] ?? 0);
      sum[1] = (sum[1] ?? 0) + weight * (data[index * 4 + 1] ?? 0);
      sum[2] = (sum[2] ?? 0) + weight * (data[index * 4 + 2] ?? 0);
      sum[3] = (sum[3] ?? 0) + weight;
    }
  for (const sum of [pure, ground]) {
    const weight = sum[3] ?? 0;
    if (weight === 0) continue;
    for (let channel = 0; channel < 3; channel++) sum[channel] = (sum[channel] ?? 0) / weight;
  }
  if (ground[3] === 0) ground.set([255, 255, 255, 0]);
}

/** A part thinner than the band (a wire, a rim) has no pure inside: its strongest pixel stands for it. */
function takeFarthestFromGround(options: { photo: Bitmap; depth: Int8Array; x: number; y: number }): void {
  const { photo, depth, x, y } = options;
  const { width, height, data } = photo;
  let farthest = -1;
  for (let row = Math.max(0, y - 3), lastRow = Math.min(height - 1, y + 3); row <= lastRow; row++)
    for (let column = Math.max(0, x - 3), last = Math.min(width - 1, x + 3); column <= last; column++) {
      if ((depth[row * width + column] ?? 0) < 1) continue;
      const at = (row * width + column) * 4;
      const red = (data[at] ?? 0) - (ground[0] ?? 0);
      const green = (data[at + 1] ?? 0) - (ground[1] ?? 0);
      const blue = (data[at + 2] ?? 0) - (ground[2] ?? 0);
      const away = red * red + green * green + blue * blue;
      if (away <= farthest) continue;
      farthest = away;
      pure[0] = data[at] ?? 0;
      pure[1] = data[at + 1] ?? 0;
      pure[2] = data[at + 2] ?? 0;
    }
}
