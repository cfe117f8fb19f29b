/** A labelling problem on a grid: label l at a place means the value `base + (l - middle)`. */
export interface Labelling {
  width: number;
  height: number;
  labels: number;
  /** What each label costs by itself at each place: `(y * width + x) * labels + label`. */
  cost: Float32Array;
  /** The value of the middle label at each place. */
  base: Float32Array;
  across: Bend;
  down: Bend;
}

/** What a change of value from one place to the next costs: a price per unit, and never more than `most`. */
export interface Bend {
  perUnit: number;
  most: number;
}

/** How many labels beside the straight continuation are weighed one by one; larger jumps cost `most`. */
const near = 3;

/**
 * Adds to each label's own cost what the places around have to say: the path costs of semi-global matching
 * (Hirschmüller, "Stereo processing by semiglobal matching and mutual information", 2008) along rows and columns,
 * both ways. Answers with the summed costs, a quarter each.
 */
export function aggregate(problem: Labelling): Float32Array {
  const { width, height, cost } = problem;
  const out = new Float32Array(cost.length);
  for (let y = 0; y < height; y++) {
    walk(problem, out, { start: y * width, stride: 1, count: width, bend: problem.across });
    walk(problem, out, { start: y * width + width - 1, stride: -1, count: width, bend: problem.across });
  }
  for (let x = 0; x < width; x++) {
    walk(problem, out, { start: x, stride: width, count: height, bend: problem.down });
    walk(problem, out, {
      start: (height - 1) * width + x,
      stride: -width,
      count: height,
      bend: problem.down,
    });
  }
  return out;
}

function walk(
  { labels, cost, base }: Labelling,
  out: Float32Array,
  path: { start: number; stride: number; count: number; bend: Bend },
): void {
  const { perUnit, most } = path.bend;
  let before = new Float32Array(labels);
  let now = new Float32Array(labels);
  // What the labels from `near` below the straight continuation to `near` above it cost.
  const bends = new Float64Array(2 * near + 1);
  for (let n = 0, place = path.start; n < path.count; n++, place += path.stride) {
    const at = place * labels;
    const step = n === 0 ? 0 : (base[place] ?? 0) - (base[place - path.stride] ?? 0);
    const shift = Math.round(step);
    for (let bend = 0; bend < bends.length; bend++)
      bends[bend] = perUnit * Math.abs(near - bend - shift + step);
    let least = Number.POSITIVE_INFINITY;
    for (let l = 0; l < labels; l++) if ((before[l] ?? 0) < least) least = before[l] ?? 0;
    for (let l = 0; l < labels; l++) {
      let best = least + most;
      const lowest = l + shift - near;
      const to = Math.min(labels - 1, l + shift + near);
      for (let k = Math.max(0, lowest); k <= to; k++) {
        const through = (before[k] ?? 0) + (bends[k - lowest] ?? 0);
        if (through < best) best = through;
      }
      const value = (cost[at + l] ?? 0) + (n === 0 ? 0 : best - least);
      now[l] = value;
      out[at + l] = (out[at + l] ?? 0) + value / 4;
    }
    [before, now] = [now, before];
  }
}

/**
 * The cheapest value in every place of a row such that it never changes by more than `steepest` from one place to
 * the next, by dynamic programming over each row.
 */
export function cheapestRows(problem: Labelling, sums: Float32Array, steepest: number): Float32Array {
  const { width, height, labels, base, across } = problem;
  const values = new Float32Array(width * height);
  const came = new Int16Array(width * labels);
  const middle = (labels - 1) / 2;
  for (let y = 0; y < height; y++) {
    let before = new Float32Array(labels);
    let now = new Float32Array(labels);
    for (let x = 0; x < width; x++) {
      const place = y * width + x;
      const step = x === 0 ? 0 : (base[place] ?? 0) - (base[place - 1] ?? 0);
      for (let l = 0; l < labels; l++) {
        let best = x === 0 ? 0 : Number.POSITIVE_INFINITY;
        let from = l;
        const lowest = Math.max(0, Math.ceil(l + step - steepest - 1e-4));
        const highest = Math.min(labels - 1, Math.floor(l + step + steepest + 1e-4));
        for (let k = lowest; x > 0 && k <= highest; k++) {
          const through = (before[k] ?? 0) + across.perUnit * Math.abs(l - k + step);
          if (through >= best) continue;
          best = through;
          from = k;
        }
        came[x * labels + l] = from;
        now[l] = best + (sums[place * labels + l] ?? 0);
      }
      [before, now] = [now, before];
    }
    let label = indexOfLeast(before);
    for (let x = width - 1; x >= 0; x--) {
      values[y * width + x] = (base[y * width + x] ?? 0) + label - middle;
      label = came[x * labels + label] ?? 0;
    }
  }
  return values;
}

/** The cheapest value in every place by itself, between labels by the parabola through its neighbours. */
export function cheapestPlaces({ labels, base }: Labelling, sums: Float32Array): Float32Array {
  const middle = (labels - 1) / 2;
  return base.map((value, place) => {
    const costs = sums.subarray(place * labels, (place + 1) * labels);
    const label = indexOfLeast(costs);
    const [low, mid, high] = [costs[label - 1], costs[label] ?? 0, costs[label + 1]];
    const bow = low === undefined || high === undefined ? 0 : low + high - 2 * mid;
    const part = bow <= 1e-6 ? 0 : ((low ?? 0) - (high ?? 0)) / (2 * bow);
    return value + label - middle + part;
  });
}

function indexOfLeast(values: Float32Array): number {
  let found = 0;
  for (let n = 1; n < values.length; n++) if ((values[n] ?? 0) < (values[found] ?? 0)) found = n;
  return found;
}
