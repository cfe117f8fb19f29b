import type { CameraPoint } from './travelled-path.ts';

/** A moment of a camera's path. Times rise. */
export interface CameraSample extends CameraPoint {
  seconds: number;
}

const rest: CameraPoint = { x: 0, y: 0, zoom: 1, rollDegrees: 0 };

/** Where the camera is at any moment; before and after its time a path rests at its ends. No samples: at rest. */
export function motionAt(samples: readonly CameraSample[], seconds: number): CameraPoint {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return rest;
  if (seconds <= first.seconds) return pointOf(first);
  if (seconds >= last.seconds) return pointOf(last);
  const right = indexAfter(samples, seconds);
  const value = (of: (sample: CameraSample) => number) => interpolate(samples, { right, seconds, of });
  return {
    x: value((sample) => sample.x),
    y: value((sample) => sample.y),
    zoom: Math.exp(value((sample) => Math.log(sample.zoom))),
    rollDegrees: value((sample) => sample.rollDegrees),
  };
}

/** The same path in another time: it begins at 0 and ends at `durationSeconds`. */
export function inDuration(samples: readonly CameraSample[], durationSeconds: number): CameraSample[] {
  const first = samples[0]?.seconds ?? 0;
  const length = (samples.at(-1)?.seconds ?? first) - first;
  return samples.map((sample) => ({
    ...sample,
    seconds: length === 0 ? 0 : ((sample.seconds - first) / length) * durationSeconds,
  }));
}

function pointOf({ x, y, zoom, rollDegrees }: CameraSample): CameraPoint {
  return { x, y, zoom, rollDegrees };
}

function indexAfter(samples: readonly CameraSample[], seconds: number): number {
  let low = 1;
  let high = samples.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((samples[middle]?.seconds ?? 0) < seconds) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Cubic between two samples, with tangents that never overshoot them (Fritsch and Carlson, 1980, by Butland's mean). */
function interpolate(
  samples: readonly CameraSample[],
  options: { right: number; seconds: number; of(sample: CameraSample): number },
): number {
  const { right, seconds, of } = options;
  const slope = (index: number): number | undefined => {
    const from = samples[index - 1];
    const to = samples[index];
    return from === undefined || to === undefined
      ? undefined
      : (of(to) - of(from)) / (to.seconds - from.seconds);
  };
  const from = samples[right - 1];
  const to = samples[right];
  const here = slope(right);
  if (from === undefined || to === undefined || here === undefined) return 0;
  const width = to.seconds - from.seconds;
  const share = (seconds - from.seconds) / width;
  const startTangent = tangent(slope(right - 1) ?? here, here) * width;
  const endTangent = tangent(here, slope(right + 1) ?? here) * width;
  const rise = of(to) - of(from);
  const back = 1 - share;
  return (
    of(from) +
    rise * share * share * (3 - 2 * share) +
    startTangent * share * back * back -
    endTangent * share * share * back
  );
}

/** The harmonic mean of two slopes; flat where the path turns. */
function tangent(before: number, after: number): number {
  return before * after <= 0 ? 0 : (2 * before * after) / (before + after);
}
