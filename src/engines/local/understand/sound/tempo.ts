import { type Onsets, onsetStepSeconds } from './onsets.ts';

export interface Tempo {
  beatSeconds: number;
  /** How alike the onsets are one, two, three and four beats later: about 0 for noise, towards 1 for a machine. */
  likeness: number;
}

const slowest = 60 / 56;
const fastest = 60 / 192;

/** How much each band tells of the beat. Drums keep time low; loud hats between the beats must not win. */
const bandWeights = { low: 0.5, middle: 0.36, high: 0.14 };

/** The onsets of all bands as one row. */
export function combineOnsets({ low, middle, high }: Onsets): Float32Array {
  return low.map(
    (value, step) =>
      bandWeights.low * value +
      bandWeights.middle * (middle[step] ?? 0) +
      bandWeights.high * (high[step] ?? 0),
  );
}

/**
 * The beat's length by autocorrelation, the way of Ellis, "Beat tracking by dynamic programming" (2007), with a
 * preference for tempi near 115. Right octave: what repeats every beat counts; if the half beats repeat almost
 * as well, the beat is really theirs.
 */
export function findTempo(onsets: Onsets): Tempo {
  const likenessAt = likenessOf(onsets);
  let best: Tempo = { beatSeconds: 0, likeness: 0 };
  let bestScore = 0;
  for (let beat = fastest; beat <= slowest; beat *= 1.002) {
    const likeness = onBeats.reduce((sum, [beats, weight]) => sum + weight * likenessAt(beats * beat), 0);
    const between = halfBeats.reduce((sum, beats) => sum + likenessAt(beats * beat), 0) / halfBeats.length;
    const score = preference(beat) * (likeness - 1.5 * Math.max(0, between - 0.75 * likeness));
    if (score <= bestScore) continue;
    bestScore = score;
    best = { beatSeconds: beat, likeness };
  }
  return best;
}

/** Beats later and their weight: most music comes in twos and fours. */
const onBeats = [
  [1, 0.25],
  [2, 0.3],
  [3, 0.15],
  [4, 0.3],
] as const;

const halfBeats = [0.5, 1.5, 2.5, 3.5];

const preferredBeat = 60 / 115;

function preference(beatSeconds: number): number {
  const octaves = Math.log2(beatSeconds / preferredBeat);
  return Math.exp(-0.5 * (octaves / 0.9) ** 2);
}

/**
 * Likeness of the onsets to themselves a number of seconds later, from -1 to 1; 0 beyond what can be told. Half of it
 * compares each band with itself only (hats must not pass for kicks), half all together (a snare answers a kick).
 */
function likenessOf(onsets: Onsets): (seconds: number) => number {
  const bands = (['low', 'middle', 'high'] as const).map((name) => ({
    weight: bandWeights[name] / 2,
    likeness: autocorrelation(onsets[name]),
  }));
  const rows = [...bands, { weight: 0.5, likeness: autocorrelation(combineOnsets(onsets)) }];
  return (seconds) => rows.reduce((sum, { weight, likeness }) => sum + weight * likeness(seconds), 0);
}

function autocorrelation(onsets: Float32Array): (seconds: number) => number {
  const row = withoutTrend(onsets);
  const lags = Math.min(row.length - 1, Math.ceil((slowest * 4.1) / onsetStepSeconds));
  const values = new Float64Array(Math.max(0, lags + 1));
  for (let lag = 0; lag <= lags; lag++) {
    let sum = 0;
    for (let step = lag; step < row.length; step++) sum += (row[step] ?? 0) * (row[step - lag] ?? 0);
    // Longer lags have fewer pairs; that a short sound says little about them is meant to count.
    values[lag] = sum / Math.sqrt(row.length * (row.length - lag));
  }
  const self = values[0] ?? 0;
  return (seconds) => {
    const lag = seconds / onsetStepSeconds;
    const before = Math.floor(lag);
    if (self === 0 || before + 1 > lags) return 0;
    const rest = lag - before;
    return ((values[before] ?? 0) * (1 - rest) + (values[before + 1] ?? 0) * rest) / self;
  };
}

const trendSteps = Math.round(0.6 / onsetStepSeconds);

/** Less the mean of the second around, so that loud and quiet passages count alike; and a little blurred. */
function withoutTrend(row: Float32Array): Float32Array {
  const sums = new Float64Array(row.length + 1);
  for (let step = 0; step < row.length; step++) sums[step + 1] = (sums[step] ?? 0) + (row[step] ?? 0);
  const mean = (from: number, to: number) => {
    const first = Math.max(0, from);
    const end = Math.min(row.length, to + 1);
    return ((sums[end] ?? 0) - (sums[first] ?? 0)) / (end - first);
  };
  return row.map((_, step) => mean(step - 2, step + 2) - mean(step - trendSteps, step + trendSteps));
}
