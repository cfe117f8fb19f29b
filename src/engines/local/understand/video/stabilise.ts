import type { MotionSample } from './motion-samples.ts';
import type { ClipReading } from './read-clip.ts';
import { type Stretch, samplesWithin } from './shots-of-clip.ts';
import { compose, inverse, type Similarity, scaleOf, turnOf } from './similarity.ts';
import { smoothPath } from './smooth-path.ts';
import { type CameraPoint, travelledPath, viewFrom } from './travelled-path.ts';

/**
 * How one frame of a clip is to be laid: scaled by `zoom` and turned clockwise about its middle, then moved by shares
 * of the clip's own short side. It then covers the frame.
 */
export interface Correction {
  xShare: number;
  yShare: number;
  zoom: number;
  rollDegrees: number;
}

/** Of the width and of the height, at most this much is lost. */
const mostCrop = 0.08;
const mostZoom = 1 / (1 - mostCrop);
/** Tried from the calmest path on; the first whose corrections fit into the margin is taken. */
const cutoffsHertz = [0.4, 0.55, 0.75, 1];
/** Where none fits, this much of a correction is tried. */
const strengths = [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1];

/**
 * The corrections that turn a shaky path into a smooth one, one for each frame within the stretch. Each shot has one
 * zoom throughout, no more than its shake needs; what does not fit into the margin stays in. `ratio` is the width over height that will be seen of the clip, where
 * that is not all of it.
 */
export function stabiliserFor(
  reading: ClipReading,
  { startSeconds, endSeconds, ratio }: Stretch & { ratio?: number },
): Correction[] {
  const seen = seenHalfSize(reading.ratio, ratio ?? reading.ratio);
  const motion = samplesWithin(reading, { startSeconds, endSeconds });
  return splitAtCuts(motion, reading.cutsSeconds).flatMap((shot) => correctShot(shot, reading.fps, seen));
}

/**
 * The correction as the six numbers of a canvas transform, for a picture of the clip of `width` x `height` pixels
 * drawn from its corner at 0, 0. `ratio` is that of the whole clip: the picture may be a part cut from its middle.
 */
export function transformOf(
  { xShare, yShare, zoom, rollDegrees }: Correction,
  { width, height, ratio }: { width: number; height: number; ratio: number },
): [a: number, b: number, c: number, d: number, e: number, f: number] {
  const half = seenHalfSize(ratio, width / height);
  const shortSide = width / (2 * half.x);
  const radians = (rollDegrees * Math.PI) / 180;
  const a = zoom * Math.cos(radians);
  const b = zoom * Math.sin(radians);
  const x = width / 2 + xShare * shortSide - (a * width - b * height) / 2;
  const y = height / 2 + yShare * shortSide - (b * width + a * height) / 2;
  return [a, b, -b, a, x, y];
}

interface HalfSize {
  x: number;
  y: number;
}

/** Half of what is seen of a clip that covers a frame of another ratio, in short sides of the clip. */
function seenHalfSize(clipRatio: number, ratio: number): HalfSize {
  const x = 0.5 * Math.max(1, clipRatio);
  const y = 0.5 * Math.max(1, 1 / clipRatio);
  return { x: Math.min(x, y * ratio), y: Math.min(y, x / ratio) };
}

function splitAtCuts(motion: readonly MotionSample[], cutsSeconds: readonly number[]): MotionSample[][] {
  const cuts = new Set(cutsSeconds);
  const shots: MotionSample[][] = [];
  for (const [index, sample] of motion.entries())
    if (index === 0 || cuts.has(sample.seconds)) shots.push([sample]);
    else shots.at(-1)?.push(sample);
  return shots;
}

function correctShot(motion: readonly MotionSample[], fps: number, seen: HalfSize): Correction[] {
  const path = travelledPath(motion);
  let calm = path;
  for (const cutoffHertz of cutoffsHertz) {
    calm = smoothPath(path, { cutoffHertz, fps });
    const corrections = correctionsTo(path, calm);
    if (zoomToCover(corrections, seen) <= mostZoom) return covering(corrections, seen);
  }
  const fitting = path.map((point, index) => strengthThatFits(point, calm[index] ?? point, seen));
  const strength = easedBelow(fitting, Math.round(fps / 2));
  const reached = path.map((point, index) => toward(point, calm[index] ?? point, strength[index] ?? 0));
  return covering(correctionsTo(path, reached), seen);
}

function strengthThatFits(point: CameraPoint, calm: CameraPoint, seen: HalfSize): number {
  const fits = (strength: number) =>
    zoomToCover(correctionsTo([point], [toward(point, calm, strength)]), seen) <= mostZoom;
  return strengths.find(fits) ?? 0;
}

/** A soft row that is nowhere above the given one: around a knock the correction lets go and takes hold again. */
function easedBelow(values: readonly number[], reach: number): number[] {
  const around = (list: readonly number[], index: number) =>
    list.slice(Math.max(0, index - reach), index + reach + 1);
  const lowest = values.map((_, index) => Math.min(...around(values, index)));
  return lowest.map((_, index) => {
    const near = around(lowest, index);
    return near.reduce((sum, value) => sum + value, 0) / near.length;
  });
}

function correctionsTo(path: readonly CameraPoint[], calm: readonly CameraPoint[]): Similarity[] {
  return path.map((point, index) => compose(viewFrom(calm[index] ?? point), inverse(viewFrom(point))));
}

function toward(point: CameraPoint, calm: CameraPoint, strength: number): CameraPoint {
  const between = (from: number, to: number) => from + (to - from) * strength;
  return {
    x: between(point.x, calm.x),
    y: between(point.y, calm.y),
    zoom: point.zoom * (calm.zoom / point.zoom) ** strength,
    rollDegrees: between(point.rollDegrees, calm.rollDegrees),
  };
}

/** The least zoom at which every corrected picture still covers all that is seen. */
function zoomToCover(corrections: readonly Similarity[], seen: HalfSize): number {
  let zoom = 1;
  for (const correction of corrections) {
    const back = inverse(correction);
    // The corner of the frame that lies furthest out in the picture, along each axis.
    const reachX = Math.abs(back.a) * seen.x + Math.abs(back.b) * seen.y;
    const reachY = Math.abs(back.b) * seen.x + Math.abs(back.a) * seen.y;
    const roomX = seen.x - Math.abs(back.x);
    const roomY = seen.y - Math.abs(back.y);
    if (roomX <= 0 || roomY <= 0) return Number.POSITIVE_INFINITY;
    zoom = Math.max(zoom, reachX / roomX, reachY / roomY);
  }
  return zoom;
}

function covering(corrections: readonly Similarity[], seen: HalfSize): Correction[] {
  const zoom = zoomToCover(corrections, seen);
  return corrections.map((correction) => ({
    xShare: zoom * correction.x,
    yShare: zoom * correction.y,
    zoom: zoom * scaleOf(correction),
    rollDegrees: turnOf(correction),
  }));
}
