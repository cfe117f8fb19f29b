/** Brightness from 0 to 255, one value per pixel, rows from the top. */
export interface Plane {
  width: number;
  height: number;
  data: Float32Array;
}

/** The same picture at full, half, quarter size and so on. */
export type Pyramid = readonly [Plane, ...Plane[]];

/** Below this a level says nothing about shifts any more. */
const shortestLevelSide = 22;

/** `rgba` is one decoded frame. Softened a little first, so that compression noise does not pass for texture. */
export function lumaPyramid(rgba: Uint8Array, width: number, height: number): Pyramid {
  let level = softened(lumaOf(rgba, width, height));
  const levels: [Plane, ...Plane[]] = [level];
  while (Math.min(level.width, level.height) >= shortestLevelSide * 2) {
    level = halved(level);
    levels.push(level);
  }
  return levels;
}

export function smallestOf(pyramid: Pyramid): Plane {
  return pyramid.at(-1) ?? pyramid[0];
}

function lumaOf(rgba: Uint8Array, width: number, height: number): Plane {
  const data = new Float32Array(width * height);
  for (let index = 0, at = 0; index < data.length; index++, at += 4)
    data[index] =
      0.2126 * (rgba[at] as number) + 0.7152 * (rgba[at + 1] as number) + 0.0722 * (rgba[at + 2] as number);
  return { width, height, data };
}

/** Binomial 1 2 1 in both directions; the border repeats. */
function softened({ width, height, data }: Plane): Plane {
  const rows = new Float32Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const left = data[x > 0 ? at - 1 : at] as number;
      const right = data[x < width - 1 ? at + 1 : at] as number;
      rows[at] = (left + 2 * (data[at] as number) + right) / 4;
    }
  const out = new Float32Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const above = rows[y > 0 ? at - width : at] as number;
      const below = rows[y < height - 1 ? at + width : at] as number;
      out[at] = (above + 2 * (rows[at] as number) + below) / 4;
    }
  return { width, height, data: out };
}

/** Every pixel is the mean of four, so a place p lies at (p - 0.5) / 2 in the smaller picture. */
function halved(plane: Plane): Plane {
  const width = plane.width >> 1;
  const height = plane.height >> 1;
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * 2 * plane.width + x * 2;
      data[y * width + x] =
        ((plane.data[at] as number) +
          (plane.data[at + 1] as number) +
          (plane.data[at + plane.width] as number) +
          (plane.data[at + plane.width + 1] as number)) /
        4;
    }
  return softened({ width, height, data });
}
