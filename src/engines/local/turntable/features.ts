import { oklabOfRgb } from '../understand/oklab.ts';
import { boxBlur } from './box-blur.ts';
import { alphaOfEdge } from './edge-distance.ts';
import type { View } from './view.ts';

/** What is compared of two views, on a grid of cells of `cell` × `cell` pixels. */
export interface Features {
  width: number;
  height: number;
  cell: number;
  /** `channels` numbers a cell, weighted so that plain differences may be added up; zero on the ground. */
  data: Float32Array;
  /** 1 where a cell, or the one right of it, below it or between those, is not bare ground. */
  filled: Uint8Array;
}

/** OKLab lightness, its two colour axes, the share of subject, and whether it lies between the row's outer edges. */
export const channels = 6;

// Lightness differs where a highlight stays with the lamp instead of the product; hue and outline do not.
export const weights = { lightness: 0.7, hue: 2.2, share: 0.15, span: 0.4, detail: 0.6 };

/** The features of a view, from fine to coarse: cells of `finest` pixels (a fraction will do), of twice and of four times as many. */
export function featuresOf(view: View, finest: number): [Features, Features, Features] {
  const fine = cellsOf(view, finest);
  const middle = halved(fine);
  return [fine, middle, halved(middle)];
}

function cellsOf(view: View, cell: number): Features {
  const width = Math.ceil(view.width / cell);
  const height = Math.ceil(view.height / cell);
  const data = new Float32Array(width * height * channels);
  const share = 1 / (cell * cell);
  const { left, right } = outerEdges(view);
  const detail = detailOf(view);
  const values = new Float32Array(channels);
  for (let y = 0; y < view.height; y++) {
    const row = Math.floor(y / cell);
    const upper = Math.min(1, (row + 1) * cell - y);
    for (let x = 0; x < view.width; x++) {
      const index = y * view.width + x;
      const isSpanned = x >= (left[y] ?? 0) && x <= (right[y] ?? 0);
      if (!measure({ view, index, isSpanned, detail: detail[index] ?? 0 }, values)) continue;
      const column = Math.floor(x / cell);
      const nearer = Math.min(1, (column + 1) * cell - x);
      // Where cells are no whole number of pixels, a pixel may belong to two of them each way.
      for (let corner = 0; corner < 4; corner++) {
        const part = share * (corner & 1 ? 1 - nearer : nearer) * (corner & 2 ? 1 - upper : upper);
        if (part < 1e-6) continue;
        const at = ((row + (corner >> 1)) * width + column + (corner & 1)) * channels;
        for (let n = 0; n < channels; n++) data[at + n] = (data[at + n] ?? 0) + part * (values[n] ?? 0);
      }
    }
  }
  return { width, height, cell, data, filled: filledOf(data, width) };
}

/** One pixel's features; false where there are none. */
function measure(
  pixel: { view: View; index: number; isSpanned: boolean; detail: number },
  values: Float32Array,
): boolean {
  const { edge, colour } = pixel.view;
  const alpha = alphaOfEdge(edge[pixel.index] ?? 0);
  if (alpha === 0 && !pixel.isSpanned) return false;
  values.fill(0);
  values[4] = pixel.isSpanned ? weights.span : 0;
  if (alpha === 0) return true;
  const at = pixel.index * 4;
  const { L, a, b } = oklabOfRgb(colour[at] ?? 0, colour[at + 1] ?? 0, colour[at + 2] ?? 0);
  values[0] = alpha * L * weights.lightness;
  values[1] = alpha * a * weights.hue;
  values[2] = alpha * b * weights.hue;
  values[3] = alpha * weights.share;
  values[5] = alpha * pixel.detail * weights.detail;
  return true;
}

/** How busy each pixel's surroundings are, 0 to 1: print on a label is, a highlight or a bare wall is not. */
function detailOf({ width, height, colour }: View): Float32Array {
  const light = new Float32Array(width * height);
  for (let index = 0; index < light.length; index++)
    light[index] =
      (0.3 * (colour[index * 4] ?? 0) +
        0.59 * (colour[index * 4 + 1] ?? 0) +
        0.11 * (colour[index * 4 + 2] ?? 0)) /
      255;
  const calm = boxBlur(light, width, height, Math.round(height / 100));
  const busy = light.map((value, index) => Math.min(1, Math.abs(value - (calm[index] ?? 0)) * 10));
  return boxBlur(busy, width, height, Math.round(height / 120)).map((value) => Math.min(1, value * 1.5));
}

/** The first and the last column of the product in each row; a row without any has its last before its first. */
function outerEdges({ width, height, edge }: View): { left: Int32Array; right: Int32Array } {
  const left = new Int32Array(height).fill(width);
  const right = new Int32Array(height).fill(-1);
  for (let index = 0; index < edge.length; index++) {
    if ((edge[index] ?? 0) <= 0) continue;
    const y = Math.floor(index / width);
    const x = index - y * width;
    if (x < (left[y] ?? 0)) left[y] = x;
    right[y] = x;
  }
  return { left, right };
}

function halved({ width, height, cell, data }: Features): Features {
  const half = { width: Math.ceil(width / 2), height: Math.ceil(height / 2), cell: cell * 2 };
  const out = new Float32Array(half.width * half.height * channels);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * channels;
      const to = ((y >> 1) * half.width + (x >> 1)) * channels;
      for (let n = 0; n < channels; n++) out[to + n] = (out[to + n] ?? 0) + (data[from + n] ?? 0) / 4;
    }
  return { ...half, data: out, filled: filledOf(out, half.width) };
}

function filledOf(data: Float32Array, width: number): Uint8Array {
  const filled = new Uint8Array(data.length / channels);
  for (let at = 0; at < filled.length; at++) {
    if ((data[at * channels + 3] ?? 0) + (data[at * channels + 4] ?? 0) === 0) continue;
    filled[at] = 1;
    if (at > 0) filled[at - 1] = 1;
    if (at >= width) filled[at - width] = 1;
    if (at > width) filled[at - width - 1] = 1;
  }
  return filled;
}

/** How unlike two views are at two places of their grids (fractions of a cell allowed). */
export function unlikeness(a: Features, b: Features, place: Float64Array): number {
  const { width, height } = a;
  const ax = Math.min(width - 1.001, Math.max(0, place[0] ?? 0));
  const ay = Math.min(height - 1.001, Math.max(0, place[1] ?? 0));
  const bx = Math.min(width - 1.001, Math.max(0, place[2] ?? 0));
  const by = Math.min(height - 1.001, Math.max(0, place[3] ?? 0));
  const cellA = (ay | 0) * width + (ax | 0);
  const cellB = (by | 0) * width + (bx | 0);
  if (a.filled[cellA] === 0 && b.filled[cellB] === 0) return 0;
  const atA = cellA * channels;
  const atB = cellB * channels;
  const down = width * channels;
  const fax = ax - (ax | 0);
  const fay = ay - (ay | 0);
  const fbx = bx - (bx | 0);
  const fby = by - (by | 0);
  const { data: dataA } = a;
  const { data: dataB } = b;
  const leftA = 1 - fax;
  const leftB = 1 - fbx;
  let sum = 0;
  for (let n = 0; n < channels; n++) {
    const i = atA + n;
    const j = atB + n;
    const aTop = (dataA[i] ?? 0) * leftA + (dataA[i + channels] ?? 0) * fax;
    const aLow = (dataA[i + down] ?? 0) * leftA + (dataA[i + down + channels] ?? 0) * fax;
    const bTop = (dataB[j] ?? 0) * leftB + (dataB[j + channels] ?? 0) * fbx;
    const bLow = (dataB[j + down] ?? 0) * leftB + (dataB[j + down + channels] ?? 0) * fbx;
    sum += Math.abs(aTop + (aLow - aTop) * fay - bTop - (bLow - bTop) * fby);
  }
  return sum;
}
