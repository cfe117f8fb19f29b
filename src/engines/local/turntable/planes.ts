/** A value between the cells of a grid, bilinear; beyond the rim the rim's own. */
export function sample(
  { width, height }: { width: number; height: number },
  values: Float32Array,
  x: number,
  y: number,
): number {
  const left = Math.min(width - 1.001, Math.max(0, x));
  const top = Math.min(height - 1.001, Math.max(0, y));
  const at = (top | 0) * width + (left | 0);
  const part = left - (left | 0);
  const above = (values[at] ?? 0) * (1 - part) + (values[at + 1] ?? 0) * part;
  const below = (values[at + width] ?? 0) * (1 - part) + (values[at + width + 1] ?? 0) * part;
  return above + (below - above) * (top - (top | 0));
}

/** Each value mixed with its eight neighbours, 1-2-1 both ways. */
export function smooth(values: Float32Array, width: number, height: number): Float32Array {
  const rows = new Float32Array(values.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const left = values[x > 0 ? at - 1 : at] ?? 0;
      const right = values[x < width - 1 ? at + 1 : at] ?? 0;
      rows[at] = (left + 2 * (values[at] ?? 0) + right) / 4;
    }
  return rows.map((value, at) => {
    const above = rows[at >= width ? at - width : at] ?? 0;
    const below = rows[at + width < rows.length ? at + width : at] ?? 0;
    return (above + 2 * value + below) / 4;
  });
}
