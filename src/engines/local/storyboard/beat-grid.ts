import { storyboardFps as fps } from '../../../domain/storyboard.ts';

/** Moments on which a cut may stand, in seconds of the film; the tempo is that of the music or the bed. */
export interface BeatGrid {
  bpm: number;
  /** The first beat of the film. */
  firstSeconds: number;
}

/** A shot shorter than this is a flicker. */
export const shortestShotSeconds = 0.8;

/** The tempo nearest to `bpm` at which a film of so many seconds ends with a bar, or at least with a beat. */
export function tempoThatEnds(bpm: number, seconds: number): number {
  const beats = (seconds * bpm) / 60;
  const bars = Math.max(1, Math.round(beats / 4)) * 4;
  const whole = Math.abs(bars - beats) / beats < 0.12 ? bars : Math.max(1, Math.round(beats / 2) * 2);
  return Math.round(((whole * 60) / seconds) * 1e4) / 1e4;
}

/**
 * Starts and ends of shots with these weights, on whole frames: every cut on the beat nearest to its due, as long as
 * no shot becomes too short. `mostSeconds` limits a shot, such as a clip that ends.
 */
export function shareTime(options: {
  shots: readonly { weight: number; mostSeconds: number }[];
  seconds: number;
  grid?: BeatGrid;
}): { start: number; end: number }[] {
  const { shots, seconds, grid } = options;
  const lengths = shareLengths(shots, seconds);
  let due = 0;
  let at = 0;
  return lengths.map((length, index) => {
    due += length;
    const start = at;
    const after = lengths.length - 1 - index;
    at =
      after === 0
        ? seconds
        : onFrame(
            nearestBeat(due, {
              grid,
              from: start + shortestShotSeconds,
              to: Math.min(
                seconds - after * shortestShotSeconds,
                start + Math.max(shortestShotSeconds, shots[index]?.mostSeconds ?? seconds),
              ),
            }),
          );
    return { start, end: at };
  });
}

const onFrame = (seconds: number) => Math.round(seconds * fps) / fps;

function nearestBeat(due: number, range: { grid: BeatGrid | undefined; from: number; to: number }): number {
  const { grid, from, to } = range;
  const within = Math.min(Math.max(due, from), Math.max(from, to));
  if (grid === undefined) return within;
  const step = 60 / grid.bpm;
  const number = Math.round((within - grid.firstSeconds) / step);
  for (const candidate of [number, number + 1, number - 1]) {
    const beat = grid.firstSeconds + candidate * step;
    if (beat >= from - 1e-6 && beat <= to + 1e-6) return beat;
  }
  return within;
}

/** A shot that ends early gives its time to the others. */
function shareLengths(shots: readonly { weight: number; mostSeconds: number }[], seconds: number): number[] {
  const lengths = new Array<number>(shots.length).fill(0);
  let open = shots.map((_, index) => index);
  let left = seconds;
  while (open.length > 0) {
    const total = open.reduce((sum, index) => sum + (shots[index]?.weight ?? 1), 0);
    const dueOf = (index: number) => (left * (shots[index]?.weight ?? 1)) / total;
    const short = open.filter((index) => (shots[index]?.mostSeconds ?? seconds) < dueOf(index));
    // When every shot is a clip that ends early, the last picture of each is held.
    const isFinal = short.length === 0 || short.length === open.length;
    for (const index of isFinal ? open : short)
      lengths[index] = isFinal
        ? dueOf(index)
        : Math.max(shortestShotSeconds, shots[index]?.mostSeconds ?? seconds);
    if (isFinal) break;
    left -= short.reduce((sum, index) => sum + (lengths[index] ?? 0), 0);
    open = open.filter((index) => !short.includes(index));
  }
  return lengths;
}
