import { edgeWidth } from './edge-distance.ts';
import type { Morph } from './morph.ts';
import { byteOfLight, lightSteps, type Tones, tonesOf } from './tones.ts';
import { type Warp, warpAt } from './warp.ts';

/** Non-premultiplied RGBA of the size of the views. */
export interface MorphPicture {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

/** Cells this many pixels inside the outline need no look at it. */
const sure = 8;

/**
 * Draws the picture `amount` (0 to 1) of the way from the first view to the second into `out`, which has their
 * size. At 0 and 1 it is the photo itself. Both views are bent to the shape between them; outlines mix as
 * distances and so stay one line, colours mix in linear light.
 */
export function drawMorph(morph: Omit<Morph, 'quality'>, amount: number, out: MorphPicture): void {
  const { from, to, gain } = morph;
  const { width, height } = from;
  const { data } = out;
  const warp = warpAt(morph, amount);
  const ownTones = tonesOf(gain, amount);
  const otherTones = tonesOf(gain, amount - 1);
  const line = createLine(warp.width);
  const { cellOf, partOf } = columnsOf(warp, width);
  const other = new Uint8ClampedArray(4);
  data.fill(0);
  for (let y = 0; y < height; y++) {
    const row = fillLine(line, warp, y);
    const first = Math.max(0, Math.floor((morph.first[row] ?? 0) * warp.cell));
    const last = Math.min(width - 1, ((morph.last[row] ?? 0) + 1) * warp.cell);
    for (let x = first; x <= last; x++) {
      const at = cellOf[x] ?? 0;
      const part = partOf[x] ?? 0;
      const inside = between(line.inside, at, part);
      if (inside < -sure) continue;
      const mix = between(line.mix, at, part);
      const isEdge = inside < sure;
      let ax = 0;
      let ay = 0;
      let bx = 0;
      let by = 0;
      if (isEdge || mix < most) {
        ax = within(x + between(line.fromX, at, part), width);
        ay = within(y + between(line.fromY, at, part), height);
      }
      if (isEdge || mix > least) {
        bx = within(x + between(line.toX, at, part), width);
        by = within(y + between(line.toY, at, part), height);
      }
      const index = (y * width + x) * 4;
      if (isEdge) {
        const edge = edgeAt(from.edge, width, ax, ay);
        const shape = between(line.shape, at, part);
        const alpha = 0.5 + (edge + (edgeAt(to.edge, width, bx, by) - edge) * shape) / edgeWidth;
        if (alpha <= 0) continue;
        data[index + 3] = alpha * 255;
      } else data[index + 3] = 255;
      if (mix <= least) {
        putColour(from.colour, width, ax, ay, data, index);
        tone(data, index, ownTones);
      } else if (mix >= most) {
        putColour(to.colour, width, bx, by, data, index);
        tone(data, index, otherTones);
      } else {
        putColour(from.colour, width, ax, ay, data, index);
        putColour(to.colour, width, bx, by, other, 0);
        for (let n = 0; n < 3; n++) {
          const light = ownTones.linear[(n << 8) + (data[index + n] ?? 0)] ?? 0;
          const otherLight = otherTones.linear[(n << 8) + (other[n] ?? 0)] ?? 0;
          data[index + n] = byteOfLight[((light + (otherLight - light) * mix) * lightSteps + 0.5) | 0] ?? 0;
        }
      }
    }
  }
}

/** Shares of the second view below and above which only one of the views is looked at. */
const least = 0.004;
const most = 0.996;

/** For each column of pixels the cell to its left, and how far on from that cell it lies. */
function columnsOf(
  { width: cells, cell }: Warp,
  width: number,
): { cellOf: Uint16Array; partOf: Float32Array } {
  const cellOf = new Uint16Array(width);
  const partOf = new Float32Array(width);
  for (let x = 0; x < width; x++) {
    const place = Math.min(cells - 1.001, Math.max(0, (x + 0.5) / cell - 0.5));
    cellOf[x] = place;
    partOf[x] = place - Math.floor(place);
  }
  return { cellOf, partOf };
}

type Line = Omit<Warp, 'width' | 'height' | 'cell'>;

const planes = ['fromX', 'fromY', 'toX', 'toY', 'mix', 'shape', 'inside'] as const;

function createLine(width: number): Line {
  const plane = () => new Float32Array(width);
  return {
    fromX: plane(),
    fromY: plane(),
    toX: plane(),
    toY: plane(),
    mix: plane(),
    shape: plane(),
    inside: plane(),
  };
}

/** The warp along one row of pixels, between two rows of cells; answers with the upper of the two. */
function fillLine(line: Line, warp: Warp, y: number): number {
  const g = Math.min(warp.height - 1.001, Math.max(0, (y + 0.5) / warp.cell - 0.5));
  const row = g | 0;
  const part = g - row;
  const start = row * warp.width;
  for (const name of planes) {
    const values = warp[name];
    const to = line[name];
    for (let x = 0; x < warp.width; x++) {
      const above = values[start + x] ?? 0;
      to[x] = above + ((values[start + warp.width + x] ?? 0) - above) * part;
    }
  }
  return row;
}

function between(values: Float32Array, at: number, part: number): number {
  const left = values[at] ?? 0;
  return left + ((values[at + 1] ?? 0) - left) * part;
}

const within = (value: number, size: number) => Math.min(size - 1.001, Math.max(0, value));

function edgeAt(edge: Float32Array, width: number, x: number, y: number): number {
  const left = x | 0;
  const top = y | 0;
  const above = between(edge, top * width + left, x - left);
  return above + (between(edge, top * width + width + left, x - left) - above) * (y - top);
}

// Six plain numbers instead of an options object: this runs for every pixel of every frame.
function putColour(
  colour: Uint8ClampedArray,
  width: number,
  x: number,
  y: number,
  out: Uint8ClampedArray,
  to: number,
): void {
  const left = x | 0;
  const top = y | 0;
  const fx = x - left;
  const fy = y - top;
  const at = (top * width + left) * 4;
  const low = at + width * 4;
  for (let n = 0; n < 3; n++) {
    const aboveLeft = colour[at + n] ?? 0;
    const lowLeft = colour[low + n] ?? 0;
    const above = aboveLeft + ((colour[at + 4 + n] ?? 0) - aboveLeft) * fx;
    const below = lowLeft + ((colour[low + 4 + n] ?? 0) - lowLeft) * fx;
    out[to + n] = above + (below - above) * fy;
  }
}

function tone(data: Uint8ClampedArray, index: number, { shown }: Tones): void {
  data[index] = shown[data[index] ?? 0] ?? 0;
  data[index + 1] = shown[256 + (data[index + 1] ?? 0)] ?? 0;
  data[index + 2] = shown[512 + (data[index + 2] ?? 0)] ?? 0;
}
