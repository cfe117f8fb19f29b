import type { Bitmap } from '../../../media/media.ts';
import { distanceInside } from './distance-inside.ts';

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

/** The ground's flood stops this many pixels before an outline, and an outline is about two pixels wide. */
const band = 5;
/** How far around a pixel of the band its pure colours are looked for. */
const reach = 7;

/**
 * Gives a yes/no subject a soft edge. In a band along the outline each pixel is explained as a mix of the pure
 * subject colour and the pure ground colour near it; its share of subject becomes its alpha, and the ground is
 * taken out of its colour, so that no pale rim travels with the cut-out.
 */
export function softenEdge(photo: Bitmap, subject: Uint8Array): SoftEdge {
  const { width, height, data } = photo;
  const out = Buffer.alloc(data.length);
  const depth = distanceInside(subject, width, height, band + 1);
  const box: Box = { left: width, top: height, right: 0, bottom: 0 };
  for (let y = 0, index = 0; y < height; y++)
    for (let x = 0; x < width; x++, index++) {
      const inside = depth[index] ?? 0;
      if (inside === 0) continue;
      const at = index * 4;
      if (inside > band) {
        out[at] = data[at] ?? 0;
        out[at + 1] = data[at + 1] ?? 0;
        out[at + 2] = data[at + 2] ?? 0;
        out[at + 3] = 255;
      } else unmix({ photo, depth, x, y, out });
      if ((out[at + 3] ?? 0) < 16) continue;
      if (x < box.left) box.left = x;
      if (x >= box.right) box.right = x + 1;
      if (y < box.top) box.top = y;
      if (y >= box.bottom) box.bottom = y + 1;
    }
  return { cutOut: { width, height, data: out }, box };
}

// One scratch pair for the whole band: it is filled anew for every pixel.
const pure = new Float64Array(4);
const ground = new Float64Array(4);

function unmix(options: { photo: Bitmap; depth: Uint8Array; x: number; y: number; out: Buffer }): void {
  const { photo, depth, x, y, out } = options;
  const { width, data } = photo;
  const index = y * width + x;
  const at = index * 4;
  gatherPureColours(photo, depth, x, y);
  if (pure[3] === 0) takeFarthestFromGround(photo, x, y);
  const level = depth[index] ?? 0;
  let toward = 0;
  let length = 0;
  for (let channel = 0; channel < 3; channel++) {
    const span = (pure[channel] ?? 0) - (ground[channel] ?? 0);
    toward += ((data[at + channel] ?? 0) - (ground[channel] ?? 0)) * span;
    length += span * span;
  }
  const byOutline = level <= 2 ? (level - 1) * 0.3 : 1;
  // Where subject and ground look alike the mix says nothing, and the place within the band decides.
  const trust = Math.min(1, length / 2500);
  const share = length === 0 ? byOutline : Math.min(1, Math.max(0, toward / length));
  const deep = level >= 4 && share > 0.3 ? Math.max(share, 0.25 * level - 0.35) : share;
  let alpha = Math.min(1, deep * trust + byOutline * (1 - trust));
  if (alpha < 0.05) alpha = 0;
  if (alpha > 0.95) alpha = 1;
  for (let channel = 0; channel < 3; channel++) {
    const value = data[at + channel] ?? 0;
    const freed = alpha > 0.4 ? (value - (1 - alpha) * (ground[channel] ?? 0)) / alpha : (pure[channel] ?? 0);
    // Taking the ground out of a nearly clear pixel can overshoot into white specks.
    const own = pure[channel] ?? 0;
    const bounded = Math.min(Math.max(value, own) + 6, Math.max(Math.min(value, own) - 6, freed));
    out[at + channel] = Math.min(255, Math.max(0, Math.round(alpha === 1 ? value : bounded)));
  }
  out[at + 3] = Math.round(alpha * 255);
}

function gatherPureColours({ width, height, data }: Bitmap, depth: Uint8Array, x: number, y: number): void {
  pure.fill(0);
  ground.fill(0);
  for (let row = Math.max(0, y - reach), lastRow = Math.min(height - 1, y + reach); row <= lastRow; row++)
    for (
      let column = Math.max(0, x - reach), lastColumn = Math.min(width - 1, x + reach);
      column <= lastColumn;
      column++
    ) {
      const index = row * width + column;
      const level = depth[index] ?? 0;
      if (level !== 0 && level <= band) continue;
      const sum = level === 0 ? ground : pure;
      const weight = 1 / ((row - y) ** 2 + (column - x) ** 2 + 2);
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
function takeFarthestFromGround({ width, height, data }: Bitmap, x: number, y: number): void {
  let farthest = -1;
  for (let row = Math.max(0, y - 3), lastRow = Math.min(height - 1, y + 3); row <= lastRow; row++)
    for (let column = Math.max(0, x - 3), last = Math.min(width - 1, x + 3); column <= last; column++) {
      const at = (row * width + column) * 4;
      const red = (data[at] ?? 0) - (ground[0] ?? 0);
      const green = (data[at + 1] ?? 0) - (ground[1] ?? 0);
      const blue = (data[at + 2] ?? 0) - (ground[2] ?? 0);
      const away = red * red + green * green + blue * blue;
      if (away <= farthest) continue;
      farthest = away;
      for (let channel = 0; channel < 3; channel++) pure[channel] = data[at + channel] ?? 0;
    }
}
