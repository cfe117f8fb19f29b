import { blurPlane } from '../understand/blur.ts';
import type { WallPaint } from './wall-plate.ts';

/** The wall as a surface on the floor shows it. `at` leaves its answer in the fields to spare an object a pixel. */
export interface WallMirror {
  red: number;
  green: number;
  blue: number;
  /** Sets the light that the wall sends from a place of the frame. */
  at(x: number, y: number): void;
}

const step = 4;

/** `roughness` from 0 to 1 is how blurred it is, mostly up and down. */
export function mirrorOf(wall: WallPaint, roughness: number): WallMirror {
  const width = Math.floor(wall.width / step);
  const height = Math.floor(wall.height / step);
  const sigma = roughness * height * 0.11;
  const blurred = (plane: Float32Array) =>
    blurPlane(shrunk(plane, wall.width, { width, height }), width, height, { x: sigma * 0.6, y: sigma });
  const red = blurred(wall.red);
  const green = blurred(wall.green);
  const blue = blurred(wall.blue);
  const pitch = wall.scale * step;
  const mirror: WallMirror = {
    red: 0,
    green: 0,
    blue: 0,
    at(x, y) {
      const fromX = Math.max(0, Math.min(width - 1.001, (x - wall.left) / pitch - 0.5));
      const fromY = Math.max(0, Math.min(height - 1.001, (y - wall.top) / pitch - 0.5));
      const column = Math.floor(fromX);
      const row = Math.floor(fromY);
      const index = row * width + column;
      const u = fromX - column;
      const v = fromY - row;
      const between = (plane: Float32Array) =>
        ((plane[index] ?? 0) * (1 - u) + (plane[index + 1] ?? 0) * u) * (1 - v) +
        ((plane[index + width] ?? 0) * (1 - u) + (plane[index + width + 1] ?? 0) * u) * v;
      mirror.red = between(red);
      mirror.green = between(green);
      mirror.blue = between(blue);
    },
  };
  return mirror;
}

/** The mean of every `step` by `step` pixels. */
function shrunk(
  plane: Float32Array,
  fromWidth: number,
  { width, height }: { width: number; height: number },
): Float32Array {
  const result = new Float32Array(width * height);
  for (let y = 0, index = 0; y < height; y++)
    for (let x = 0; x < width; x++, index++) {
      let total = 0;
      for (let row = 0; row < step; row++)
        for (let column = 0; column < step; column++)
          total += plane[(y * step + row) * fromWidth + x * step + column] ?? 0;
      result[index] = total / (step * step);
    }
  return result;
}
