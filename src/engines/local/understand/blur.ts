/**
 * A blurred copy of a plane: three box passes in each direction, a Gaussian to the eye. `radius` is the standard
 * deviation in pixels, at least 0.8 where it is not 0; beyond the edge the edge pixels repeat.
 */
export function blurPlane(
  plane: Float32Array,
  width: number,
  height: number,
  radius: { x: number; y: number },
): Float32Array {
  let from = plane;
  let spare: Float32Array | undefined;
  const pass = (blur: typeof blurRows, half: number) => {
    const to = spare ?? new Float32Array(plane.length);
    blur(from, to, width, height, half);
    spare = from === plane ? undefined : from;
    from = to;
  };
  for (const half of boxesFor(radius.x)) pass(blurRows, half);
  for (const half of boxesFor(radius.y)) pass(blurColumns, half);
  return from === plane ? plane.slice() : from;
}

/** Half-widths of the three boxes whose repeated blur has the standard deviation `sigma`. */
function boxesFor(sigma: number): number[] {
  if (sigma < 0.3) return [];
  const ideal = Math.sqrt(4 * sigma * sigma + 1);
  const lower = Math.floor((ideal - 1) / 2);
  const small = 2 * lower + 1;
  const smalls = Math.round((12 * sigma * sigma - 3 * small * small - 12 * small - 9) / (-4 * small - 4));
  return [0, 1, 2].map((pass) => (pass < smalls ? lower : lower + 1)).filter((half) => half > 0);
}

function blurRows(from: Float32Array, to: Float32Array, width: number, height: number, half: number): void {
  const scale = 1 / (2 * half + 1);
  for (let y = 0; y < height; y++) {
    const start = y * width;
    const last = start + width - 1;
    let sum = (from[start] ?? 0) * half;
    for (let x = 0; x <= half; x++) sum += from[Math.min(start + x, last)] ?? 0;
    for (let index = start; index <= last; index++) {
      to[index] = sum * scale;
      const enters = index + half + 1;
      const leaves = index - half;
      sum += (from[Math.min(enters, last)] ?? 0) - (from[Math.max(leaves, start)] ?? 0);
    }
  }
}

/** All columns at once, row by row, so that memory is read in order. */
function blurColumns(
  from: Float32Array,
  to: Float32Array,
  width: number,
  height: number,
  half: number,
): void {
  const scale = 1 / (2 * half + 1);
  const sums = new Float64Array(width);
  const rowStart = (y: number) => Math.min(height - 1, Math.max(0, y)) * width;
  for (let y = -half; y <= half; y++) {
    const row = rowStart(y);
    for (let x = 0; x < width; x++) sums[x] = (sums[x] ?? 0) + (from[row + x] ?? 0);
  }
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const enters = rowStart(y + half + 1);
    const leaves = rowStart(y - half);
    for (let x = 0; x < width; x++) {
      const sum = sums[x] ?? 0;
      to[row + x] = sum * scale;
      sums[x] = sum + (from[enters + x] ?? 0) - (from[leaves + x] ?? 0);
    }
  }
}
