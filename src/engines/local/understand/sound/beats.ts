import { type Sound, soundRate } from '../../../../media/media.ts';
import { findDownbeat } from './downbeats.ts';
import { type KickFinder, kickFinder } from './kicks.ts';
import { levelsOf, quantile, toMono } from './mono.ts';
import { measureOnsets, type Onsets, onsetStepSeconds } from './onsets.ts';
import { combineOnsets, findTempo } from './tempo.ts';

export interface Beats {
  /** The best guess even where there is no beat; 0 if nothing is heard at all. */
  bpm: number;
  firstBeatSeconds: number;
  /** Every beat while the sound plays, a straight grid. Empty if no steady beat was found. */
  beatsSeconds: number[];
  /** Every fourth of them: 4/4 is taken for granted. */
  downbeatsSeconds: number[];
  /** From 0 to 1; below `leastConfidence` there are no beats. */
  confidence: number;
}

export const leastConfidence = 0.35;

/**
 * Tempo and the place of every beat, for cuts. The tempo is taken as constant: a machine's or a steady band's, within
 * a few milliseconds; a tempo that drifts shows as low confidence.
 */
export function findBeats(sound: Sound): Beats {
  const mono = toMono(sound);
  const onsets = measureOnsets(mono);
  const { beatSeconds, likeness } = findTempo(onsets);
  if (beatSeconds === 0) return noBeats;
  const coarse = { period: beatSeconds, first: bestPhase(onsets, beatSeconds) };
  const seconds = mono.length / soundRate;
  const followed = inRightOctave(followOnsets(coarse, onsets), onsets);
  const grid = refine(followed, { kicks: kickFinder(mono), seconds });
  const confidence = confidenceOf({ likeness, onsets, grid, seconds });
  const bpm = 60 / grid.period;
  if (confidence < leastConfidence) return { ...noBeats, bpm, confidence };
  const beatsSeconds = beatsWithin(grid, audible(mono));
  const phase = findDownbeat({ mono, onsets, beatsSeconds });
  return {
    bpm,
    firstBeatSeconds: beatsSeconds[0] ?? 0,
    beatsSeconds,
    downbeatsSeconds: beatsSeconds.filter((_, index) => index % 4 === phase),
    confidence,
  };
}

const noBeats: Beats = {
  bpm: 0,
  firstBeatSeconds: 0,
  beatsSeconds: [],
  downbeatsSeconds: [],
  confidence: 0,
};

interface Grid {
  period: number;
  first: number;
}

/** Where in the beat most begins, low sounds before all. */
function bestPhase(onsets: Onsets, period: number): number {
  const row = rowForPhase(onsets);
  const seconds = row.length * onsetStepSeconds;
  let best = 0;
  let most = -1;
  for (let first = 0; first < period; first += onsetStepSeconds) {
    let sum = 0;
    for (let beat = first; beat < seconds; beat += period) sum += around(row, beat);
    if (sum > most) [best, most] = [first, sum];
  }
  return best;
}

/** Low sounds decide where the beat is, the others only where there are none. */
function rowForPhase({ low, middle, high }: Onsets): Float32Array {
  return low.map((value, step) => value + 0.35 * (middle[step] ?? 0) + 0.1 * (high[step] ?? 0));
}

function around(row: Float32Array, seconds: number): number {
  const step = Math.round(seconds / onsetStepSeconds);
  return (row[step - 1] ?? 0) + 2 * (row[step] ?? 0) + (row[step + 1] ?? 0);
}

/** Follows the onsets from beat to beat, so that a period that is a little off does not run away from them. */
function followOnsets({ period, first }: Grid, onsets: Onsets): Grid {
  const row = rowForPhase(onsets);
  const seconds = row.length * onsetStepSeconds;
  const found: Placed[] = [];
  let expected = first;
  for (let number = 0; expected < seconds; number++) {
    const { at, strength } = strongestNear(row, expected, period * 0.12);
    if (strength > 1) found.push({ number, seconds: at, weight: Math.min(4, strength) });
    expected += period + (strength > 1 ? 0.35 * (at - expected) : 0);
  }
  return fitLine(found) ?? { period, first };
}

/**
 * Twice as fast if the kick also falls between the beats as hard as on them; half as fast if every other beat is
 * nearly empty.
 */
function inRightOctave({ period, first }: Grid, onsets: Onsets): Grid {
  const between = { period, first: first + period / 2 };
  const kicks = meanOnGrid(onsets.low, { period, first });
  if (period / 2 >= fastest && meanOnGrid(onsets.low, between) > 0.85 * kicks)
    return { period: period / 2, first: first % (period / 2) };
  const row = combineOnsets(onsets);
  const evenBeats = { period: 2 * period, first };
  const oddBeats = { period: 2 * period, first: first + period };
  const [even, odd] = [meanOnGrid(row, evenBeats), meanOnGrid(row, oddBeats)];
  if (2 * period > slowest || Math.min(even, odd) > 0.4 * Math.max(even, odd)) return { period, first };
  return even > odd ? evenBeats : oddBeats;
}

const fastest = 60 / 180;
const slowest = 60 / 60;

function meanOnGrid(row: Float32Array, { period, first }: Grid): number {
  let sum = 0;
  let beats = 0;
  for (let beat = first; beat < row.length * onsetStepSeconds; beat += period) {
    sum += strongestNear(row, beat, 0.02).strength;
    beats++;
  }
  return sum / Math.max(1, beats);
}

function strongestNear(row: Float32Array, seconds: number, reach: number): { at: number; strength: number } {
  let best = { at: seconds, strength: 0 };
  const centre = Math.round(seconds / onsetStepSeconds);
  const steps = Math.round(reach / onsetStepSeconds);
  for (let step = Math.max(0, centre - steps); step <= centre + steps; step++) {
    const strength = row[step] ?? 0;
    if (strength > best.strength) best = { at: step * onsetStepSeconds, strength };
  }
  return best;
}

interface Placed {
  number: number;
  seconds: number;
  weight: number;
}

/** The straight grid through kicks found on the waveform, by least squares; strays are left out by and by. */
function refine(coarse: Grid, { kicks, seconds }: { kicks: KickFinder; seconds: number }): Grid {
  let grid = coarse;
  for (const tolerance of [0.05, 0.03, 0.015, 0.015]) {
    const placed: Placed[] = [];
    for (let number = 0; grid.first + number * grid.period < seconds; number++) {
      const expected = grid.first + number * grid.period;
      const kick = kicks(expected);
      if (kick !== undefined && Math.abs(kick.seconds - expected) <= tolerance)
        placed.push({ number, seconds: kick.seconds, weight: kick.strength });
    }
    grid = fitLine(placed) ?? grid;
  }
  return grid;
}

/** Weighted least squares of time over beat number; undefined for fewer than four beats. */
function fitLine(placed: readonly Placed[]): Grid | undefined {
  if (placed.length < 4) return undefined;
  const sum = (of: (beat: Placed) => number) =>
    placed.reduce((total, beat) => total + beat.weight * of(beat), 0);
  const weight = sum(() => 1);
  const middle = sum(({ number }) => number) / weight;
  const centre = sum(({ seconds }) => seconds) / weight;
  const spread = sum(({ number }) => (number - middle) ** 2);
  if (spread === 0) return undefined;
  const period = sum(({ number, seconds }) => (number - middle) * (seconds - centre)) / spread;
  return { period, first: centre - middle * period };
}

/** Of what begins, how much begins on the beat; with how alike the beats are. */
function confidenceOf(options: { likeness: number; onsets: Onsets; grid: Grid; seconds: number }): number {
  const { likeness, onsets, grid, seconds } = options;
  const row = combineOnsets(onsets);
  const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
  if (seconds < 4 * grid.period) return 0;
  const contrast = meanOnGrid(row, grid) / mean;
  return ramp(likeness, 0.08, 0.4) * ramp(contrast, 1.5, 4);
}

const ramp = (value: number, from: number, to: number) =>
  Math.min(1, Math.max(0, (value - from) / (to - from)));

/** Grid beats from the first to the last sound; the first may begin a hair early. */
function beatsWithin({ period, first }: Grid, { from, to }: { from: number; to: number }): number[] {
  const beats: number[] = [];
  const start = Math.ceil((from - 0.05 - first) / period);
  for (let number = start; first + number * period < to; number++)
    beats.push(Math.max(0, first + number * period));
  return beats;
}

/** Without the silence before and after. */
function audible(mono: Float32Array): { from: number; to: number } {
  const window = 0.02;
  const levels = levelsOf(mono, window);
  const quiet = quantile(levels, 0.9) * 0.005;
  let first = 0;
  while (first < levels.length && (levels[first] ?? 0) <= quiet) first++;
  let end = levels.length;
  while (end > first && (levels[end - 1] ?? 0) <= quiet) end--;
  return { from: first * window, to: end * window };
}
