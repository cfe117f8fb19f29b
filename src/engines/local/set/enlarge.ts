import type { LightPlanes } from './linear-light.ts';

interface Size {
  width: number;
  height: number;
}

/** A plane `by` times larger, smoothly: for what holds no fine detail. Beyond the edge the edge repeats. */
export function enlarged(plane: Float32Array, from: Size, to: Size, by: number): Float32Array {
  const result = new Float32Array(to.width * to.height);
  for (let y = 0, index = 0; y < to.height; y++) {
    const fromY = Math.max(0, Math.min(from.height - 1, (y + 0.5) / by - 0.5));
    const row = Math.min(Math.max(0, from.height - 2), Math.floor(fromY));
    const start = row * from.width;
    const below = from.height > 1 ? from.width : 0;
    const down = fromY - row;
    for (let x = 0; x < to.width; x++, index++) {
      const fromX = Math.max(0, Math.min(from.width - 1, (x + 0.5) / by - 0.5));
      const column = Math.min(Math.max(0, from.width - 2), Math.floor(fromX));
      const at = start + column;
      const share = fromX - column;
      const upper = (plane[at] ?? 0) * (1 - share) + (plane[at + 1] ?? 0) * share;
      const lower = (plane[at + below] ?? 0) * (1 - share) + (plane[at + below + 1] ?? 0) * share;
      result[index] = upper + (lower - upper) * down;
    }
  }
  return result;
}

export function enlargedPlanes(planes: LightPlanes, to: Size, by: number): LightPlanes {
  return {
    width: to.width,
    height: to.height,
    red: enlarged(planes.red, planes, to, by),
    green: enlarged(planes.green, planes, to, by),
    blue: enlarged(planes.blue, planes, to, by),
  };
}
