/** The mean of the square of 2 × `reach` + 1 pixels around each pixel; beyond the rim the rim goes on. */
export function boxBlur(values: Float32Array, width: number, height: number, reach: number): Float32Array {
  const rows = new Float32Array(values.length);
  const out = new Float32Array(values.length);
  for (let y = 0; y < height; y++)
    blurLine(values, rows, { start: y * width, stride: 1, count: width, reach });
  for (let x = 0; x < width; x++) blurLine(rows, out, { start: x, stride: width, count: height, reach });
  return out;
}

function blurLine(
  from: Float32Array,
  to: Float32Array,
  { start, stride, count, reach }: { start: number; stride: number; count: number; reach: number },
): void {
  const at = (n: number) => from[start + Math.min(count - 1, Math.max(0, n)) * stride] ?? 0;
  let sum = 0;
  for (let n = -reach; n <= reach; n++) sum += at(n);
  for (let n = 0; n < count; n++) {
    to[start + n * stride] = sum / (2 * reach + 1);
    sum += at(n + reach + 1) - at(n - reach);
  }
}
