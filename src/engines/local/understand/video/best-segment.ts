import type { ClipReading, FrameQuality } from './read-clip.ts';
import { lengthOf, longestShot, type Stretch, shotsOfClip } from './shots-of-clip.ts';
import { shakeOf, steadinessAt } from './steadiness.ts';

export interface Segment extends Stretch {
  /** 0 to 1; comparable within one clip only. */
  score: number;
  /** No shot of the clip is long enough: this is the longest there is. */
  isShort: boolean;
}

/** Kept clear of a cut on both sides: encoders smear the old picture into the new one. */
const marginSeconds = 2 / 24;

/**
 * The best `seconds` of a clip for one shot of a film: without a cut, steady, sharp, and neither black nor frozen.
 * Of equally good ones the first.
 */
export function bestSegment(reading: ClipReading, seconds: number): Segment {
  const { fps } = reading;
  const marks = marksOf(reading);
  const length = Math.round(seconds * fps);
  const segments = shotsOfClip(reading).flatMap((shot) =>
    startsWithin(inset(shot, reading), { length, fps }).map((start) =>
      segmentAt(marks, { start, length, fps }),
    ),
  );
  const [first, ...others] = segments;
  if (first !== undefined)
    return others.reduce((best, segment) => (segment.score > best.score + 1e-6 ? segment : best), first);
  const longest = longestShot(reading);
  const start = Math.round(longest.startSeconds * fps);
  const rest = Math.round(lengthOf(longest) * fps);
  return { ...segmentAt(marks, { start, length: rest, fps }), isShort: true };
}

/** Sums from the first frame up to each, so that any segment is judged in one step. */
interface Marks {
  shakeSquares: number[];
  sharpness: number[];
  blank: number[];
  frozen: number[];
}

function marksOf(reading: ClipReading): Marks {
  const { frames } = reading;
  const shake = shotsOfClip(reading).flatMap(({ startSeconds, endSeconds }) =>
    shakeOf(
      reading.motion.slice(Math.round(startSeconds * reading.fps), Math.round(endSeconds * reading.fps)),
    ),
  );
  const sharpest = Math.max(1e-6, ...frames.map((frame) => frame.sharpness));
  return {
    shakeSquares: sums(shake.map((value) => value * value)),
    sharpness: sums(frames.map((frame) => frame.sharpness / sharpest)),
    blank: sums(frames.map((frame) => (isBlank(frame) ? 1 : 0))),
    frozen: sums(frames.map((frame) => (frame.change < 0.0003 ? 1 : 0))),
  };
}

/** Black, white or any other plain frame. */
function isBlank({ light, contrast }: FrameQuality): boolean {
  return contrast < 0.015 || light < 0.02;
}

function sums(values: readonly number[]): number[] {
  let sum = 0;
  return [0, ...values.map((value) => (sum += value))];
}

function inset({ startSeconds, endSeconds }: Stretch, { seconds }: ClipReading): Stretch {
  return {
    startSeconds: startSeconds === 0 ? 0 : startSeconds + marginSeconds,
    endSeconds: endSeconds === seconds ? endSeconds : endSeconds - marginSeconds,
  };
}

function startsWithin(shot: Stretch, { length, fps }: { length: number; fps: number }): number[] {
  const from = Math.ceil(shot.startSeconds * fps - 1e-6);
  const last = Math.floor(shot.endSeconds * fps + 1e-6) - length;
  return Array.from({ length: Math.max(0, last - from + 1) }, (_, index) => from + index);
}

function segmentAt(
  marks: Marks,
  { start, length, fps }: { start: number; length: number; fps: number },
): Segment {
  const mean = (sum: readonly number[]) =>
    ((sum[start + length] ?? 0) - (sum[start] ?? 0)) / Math.max(1, length);
  const steadiness = steadinessAt(Math.sqrt(mean(marks.shakeSquares)));
  const shown = (1 - mean(marks.blank)) ** 3;
  // A still life on a tripod is frozen too: worse than a moving picture, better than a shaken one.
  const moving = 1 - 0.4 * mean(marks.frozen);
  return {
    startSeconds: start / fps,
    endSeconds: (start + length) / fps,
    score: steadiness ** 0.7 * mean(marks.sharpness) * shown * moving,
    isShort: false,
  };
}
