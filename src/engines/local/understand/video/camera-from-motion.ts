import type { CameraSample } from './motion-at.ts';
import type { ClipReading } from './read-clip.ts';
import { longestShot, type Stretch, samplesWithin } from './shots-of-clip.ts';
import { handHertz, smoothPath } from './smooth-path.ts';
import { rootMeanSquare, shakeHertz, shakeOf } from './steadiness.ts';
import { type CameraPoint, travelledPath } from './travelled-path.ts';

export interface CameraFromMotion {
  /** `handheld`: shaken throughout, as a style. Its sway is kept; only what is faster than a hand is dropped. */
  character: 'steady' | 'handheld';
  /** Share of the picture that told of the path, 0 to 1; below a third or so the path is not to be trusted. */
  confidence: number;
  /** From 0 seconds and the rest position on, one per frame of the clip. */
  samples: CameraSample[];
}

/** Shake in short sides: from here on a shot looks handheld. */
const handheldShake = 0.003;
/** Degrees a wall seems to turn for every short side a camera goes past it: perspective, not roll. */
const seemingRoll = 30;

/**
 * The path of the camera behind a clip, to drive another camera along it. Read from one shot: the longest without a
 * cut, or the given stretch, which then holds no cut.
 */
export function cameraFromMotion(reading: ClipReading, stretch?: Stretch): CameraFromMotion {
  const motion = samplesWithin(reading, stretch ?? longestShot(reading));
  const character = isHandheld(shakeOf(motion), reading.fps) ? 'handheld' : 'steady';
  const cutoffHertz = character === 'handheld' ? handHertz : shakeHertz;
  const smooth = smoothPath(travelledPath(motion), { cutoffHertz, fps: reading.fps });
  const samples = fromRest(smooth).map((point, index) => ({
    seconds: index / reading.fps,
    ...levelled(point),
  }));
  // The first frame has nothing before it.
  const told = motion.slice(1).map((sample) => sample.confidence);
  const confidence = told.reduce((sum, value) => sum + value, 0) / Math.max(1, told.length);
  return { character, confidence, samples };
}

/** Shaken in most half seconds, not just once: a knock against the tripod is no style. */
function isHandheld(shake: readonly number[], fps: number): boolean {
  const window = Math.max(1, Math.round(fps / 2));
  const windows: number[] = [];
  for (let start = 0; start + window <= shake.length; start += window)
    windows.push(rootMeanSquare(shake.slice(start, start + window)));
  const shaken = windows.filter((value) => value > handheldShake).length;
  return windows.length >= 2 && shaken > 0.6 * windows.length;
}

/** The same path, seen from its own first point. */
function fromRest(path: readonly CameraPoint[]): CameraPoint[] {
  const first = path[0];
  if (first === undefined) return [];
  const radians = (-first.rollDegrees * Math.PI) / 180;
  return path.map((point) => {
    const x = (point.x - first.x) * first.zoom;
    const y = (point.y - first.y) * first.zoom;
    return {
      x: x * Math.cos(radians) - y * Math.sin(radians),
      y: x * Math.sin(radians) + y * Math.cos(radians),
      zoom: point.zoom / first.zoom,
      rollDegrees: point.rollDegrees - first.rollDegrees,
    };
  });
}

/** The roll that going sideways does not explain: an orbit must not tilt the product it is lent to. */
function levelled(point: CameraPoint): CameraPoint {
  const seeming = seemingRoll * Math.hypot(point.x, point.y);
  const left = Math.max(0, Math.abs(point.rollDegrees) - seeming);
  return { ...point, rollDegrees: point.rollDegrees < 0 && left > 0 ? -left : left };
}
