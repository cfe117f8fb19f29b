/** A connected set of pixels of one kind (4-neighbours). */
export interface Region {
  /** The number its pixels carry in `labels`, from 1. */
  label: number;
  area: number;
  /** Inclusive bounds in pixels. */
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Labels every connected region of pixels with `mask[i] === value`. */
export function labelRegions(
  mask: Uint8Array,
  value: number,
  width: number,
): { labels: Int32Array; regions: Region[] } {
  const labels = new Int32Array(mask.length);
  const stack = new Int32Array(mask.length);
  const regions: Region[] = [];
  for (let start = 0; start < mask.length; start++) {
    if (mask[start] !== value || labels[start] !== 0) continue;
    const label = regions.length + 1;
    const region: Region = { label, area: 0, left: width, top: mask.length, right: 0, bottom: 0 };
    let depth = 0;
    stack[depth++] = start;
    labels[start] = label;
    while (depth > 0) {
      const index = stack[--depth] ?? 0;
      const x = index % width;
      const y = (index - x) / width;
      region.area++;
      if (x < region.left) region.left = x;
      if (x > region.right) region.right = x;
      if (y < region.top) region.top = y;
      if (y > region.bottom) region.bottom = y;
      for (let side = 0; side < 4; side++) {
        if (side === 0 ? x === 0 : side === 1 && x === width - 1) continue;
        const next = index + (side === 0 ? -1 : side === 1 ? 1 : side === 2 ? -width : width);
        if (mask[next] !== value || labels[next] !== 0) continue;
        labels[next] = label;
        stack[depth++] = next;
      }
    }
    regions.push(region);
  }
  return { labels, regions };
}
