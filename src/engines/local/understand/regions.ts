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

/** Labels every connected region of pixels with `mask[i] === value`, in the order of their first pixels. */
export function labelRegions(
  mask: Uint8Array,
  value: number,
  width: number,
): { labels: Int32Array; regions: Region[] } {
  const { count, first, end, parent } = joinedRuns(mask, value, width);
  const labels = new Int32Array(mask.length);
  const regions: Region[] = [];
  // Of a run the label of its region; a region's first run is its root, and so comes before all others.
  const labelOf = new Int32Array(count);
  for (let run = 0; run < count; run++) {
    const from = first[run] ?? 0;
    const to = end[run] ?? 0;
    const left = from % width;
    const y = (from - left) / width;
    const right = left + to - from - 1;
    const root = rootOf(parent, run);
    if (root === run) {
      labelOf[run] = regions.length + 1;
      regions.push({ label: regions.length + 1, area: 0, left, top: y, right, bottom: y });
    }
    const label = labelOf[root] ?? 0;
    labels.fill(label, from, to);
    const region = regions[label - 1];
    if (region === undefined) continue;
    region.area += to - from;
    if (left < region.left) region.left = left;
    if (right > region.right) region.right = right;
    region.bottom = y;
  }
  return { labels, regions };
}

/** Stretches of pixels of one row, in order: each begins at `first`, stops before `end`, and hangs in a tree of its region. */
interface Runs {
  count: number;
  first: Int32Array;
  end: Int32Array;
  parent: Int32Array;
}

/** Row by row, each run is joined to those above it that it touches; the root of a tree is its earliest run. */
function joinedRuns(mask: Uint8Array, value: number, width: number): Runs {
  const most = Math.ceil(width / 2) * (mask.length / width);
  const first = new Int32Array(most);
  const end = new Int32Array(most);
  const parent = new Int32Array(most);
  let count = 0;
  let above = 0;
  for (let rowStart = 0; rowStart < mask.length; rowStart += width) {
    const rowEnd = rowStart + width;
    const firstOfRow = count;
    for (let index = rowStart; index < rowEnd; index++) {
      if (mask[index] !== value) continue;
      const from = index;
      do index++;
      while (index < rowEnd && mask[index] === value);
      first[count] = from;
      end[count] = index;
      parent[count] = count;
      while (above < firstOfRow && (end[above] ?? 0) <= from - width) above++;
      for (let run = above; run < firstOfRow && (first[run] ?? 0) < index - width; run++)
        join(parent, run, count);
      count++;
    }
    above = firstOfRow;
  }
  return { count, first, end, parent };
}

function rootOf(parent: Int32Array, run: number): number {
  let root = run;
  for (let next = parent[root] ?? root; next !== root; next = parent[root] ?? root) {
    // Halves the way for whoever asks next.
    parent[root] = parent[next] ?? next;
    root = next;
  }
  return root;
}

function join(parent: Int32Array, one: number, other: number): void {
  const [a, b] = [rootOf(parent, one), rootOf(parent, other)];
  if (a < b) parent[b] = a;
  else parent[a] = b;
}
