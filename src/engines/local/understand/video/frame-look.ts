import { type Plane, type Pyramid, smallestOf } from './luma-pyramid.ts';

/** What one frame looks like, small enough to be kept for every frame of a clip. */
export interface FrameLook {
  /** Shares of the pixels in a coarse grid over RGB. */
  colours: Float32Array;
  small: Plane;
  /** Mean brightness, 0 to 1. */
  light: number;
  /** Spread of the brightness, 0 to 1: near 0 for a blank frame, whatever its colour. */
  contrast: number;
  /** Mean strength of the edges, 0 to 255. */
  sharpness: number;
}

const cellsPerChannel = 6;

export function frameLook(rgba: Uint8Array, pyramid: Pyramid): FrameLook {
  const [full] = pyramid;
  const { mean, spread } = brightness(full);
  return {
    colours: coloursOf(rgba),
    small: smallestOf(pyramid),
    light: mean / 255,
    contrast: spread / 255,
    sharpness: sharpnessOf(full),
  };
}

/** 0: the same colours in the same shares; 1: none in common. */
export function colourDistance(one: FrameLook, other: FrameLook): number {
  let sum = 0;
  for (let index = 0; index < one.colours.length; index++)
    sum += Math.abs((one.colours[index] as number) - (other.colours[index] as number));
  return sum / 2;
}

/** Mean difference of brightness, place by place, 0 to 1. */
export function lightDistance({ small: one }: FrameLook, { small: other }: FrameLook): number {
  let sum = 0;
  for (let index = 0; index < one.data.length; index++)
    sum += Math.abs((one.data[index] as number) - (other.data[index] as number));
  return sum / one.data.length / 255;
}

/** Every pixel counts for the two nearest cells of each channel: noise at a border moves little. */
function coloursOf(rgba: Uint8Array): Float32Array {
  const colours = new Float32Array(cellsPerChannel ** 3);
  const last = cellsPerChannel - 1;
  let pixels = 0;
  // Every third pixel: the frame is small already, but its colours change slowly.
  for (let at = 0; at < rgba.length; at += 12) {
    const red = ((rgba[at] as number) * last) / 255;
    const green = ((rgba[at + 1] as number) * last) / 255;
    const blue = ((rgba[at + 2] as number) * last) / 255;
    pixels += 1;
    for (let corner = 0; corner < 8; corner++) {
      const r = Math.min(last, Math.floor(red) + (corner & 1));
      const g = Math.min(last, Math.floor(green) + ((corner >> 1) & 1));
      const b = Math.min(last, Math.floor(blue) + (corner >> 2));
      const weight = near(red, corner & 1) * near(green, (corner >> 1) & 1) * near(blue, corner >> 2);
      const cell = (r * cellsPerChannel + g) * cellsPerChannel + b;
      colours[cell] = (colours[cell] as number) + weight;
    }
  }
  for (let cell = 0; cell < colours.length; cell++) colours[cell] = (colours[cell] as number) / pixels;
  return colours;
}

function near(value: number, upper: number): number {
  const fraction = value - Math.floor(value);
  return upper === 1 ? fraction : 1 - fraction;
}

function brightness({ data }: Plane): { mean: number; spread: number } {
  let sum = 0;
  let squares = 0;
  for (const value of data) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / data.length;
  return { mean, spread: Math.sqrt(Math.max(0, squares / data.length - mean * mean)) };
}

/** The strongest tenth of the gradients counts: a sharp product before a plain wall is a sharp picture. */
function sharpnessOf({ width, height, data }: Plane): number {
  // Counted by strength rather than sorted, which would take five times as long.
  const counts = new Uint32Array(strongest + 1);
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const across = (data[at + 1] as number) - (data[at - 1] as number);
      const down = (data[at + width] as number) - (data[at - width] as number);
      const strength = Math.min(strongest, Math.round(Math.sqrt(across * across + down * down)));
      counts[strength] = (counts[strength] as number) + 1;
    }
  const tenth = Math.max(1, Math.floor(((width - 2) * (height - 2)) / 10));
  let sum = 0;
  let taken = 0;
  for (let strength = strongest; strength > 0 && taken < tenth; strength--) {
    const more = Math.min(tenth - taken, counts[strength] as number);
    sum += more * strength;
    taken += more;
  }
  return sum / tenth / 2;
}

/** Of a difference over two pixels, from 0 to 255 in both directions. */
const strongest = 361;
