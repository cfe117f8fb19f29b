import type { Move, Pace } from './understand/directions.ts';

/** Where the camera looks: an offset in short sides of the frame, and a magnification. */
export type View = { x: number; y: number; zoom: number };

export type CameraPath = {
  move: Move;
  from: View;
  to: View;
  startSeconds: number;
  endSeconds: number;
};

/** How far each move goes at normal pace, as views around rest. Positive x looks to the right, y down. */
const travel: Record<Move, { from: View; to: View }> = {
  rotate: { from: { x: -0.05, y: 0.004, zoom: 0.98 }, to: { x: 0.05, y: -0.004, zoom: 1.07 } },
  push_in: { from: { x: 0, y: 0.008, zoom: 0.93 }, to: { x: 0, y: -0.008, zoom: 1.15 } },
  pull_out: { from: { x: 0, y: -0.008, zoom: 1.16 }, to: { x: 0, y: 0.008, zoom: 0.93 } },
  pan_left: { from: { x: 0.11, y: 0, zoom: 1.03 }, to: { x: -0.11, y: 0, zoom: 1.03 } },
  pan_right: { from: { x: -0.11, y: 0, zoom: 1.03 }, to: { x: 0.11, y: 0, zoom: 1.03 } },
  tilt_up: { from: { x: 0, y: 0.08, zoom: 1.04 }, to: { x: 0, y: -0.05, zoom: 1.04 } },
  tilt_down: { from: { x: 0, y: -0.08, zoom: 1.04 }, to: { x: 0, y: 0.05, zoom: 1.04 } },
  static: { from: { x: 0, y: 0, zoom: 1 }, to: { x: 0, y: 0, zoom: 1 } },
};

const reach: Record<Pace, number> = { slow: 0.72, normal: 1, fast: 1.45 };

export function cameraPath(options: {
  move: Move;
  pace: Pace;
  startSeconds: number;
  endSeconds: number;
}): CameraPath {
  const { move, pace, startSeconds, endSeconds } = options;
  const { from, to } = travel[move];
  // Long takes may travel further without being any faster.
  const scale = reach[pace] * Math.min(1.25, Math.max(0.5, (endSeconds - startSeconds) / 4.5));
  return { move, from: scaled(from, scale), to: scaled(to, scale), startSeconds, endSeconds };
}

/** The view at a moment of the film; before and after its time a path rests at its ends. */
export function viewAt(path: CameraPath, seconds: number): View {
  const length = path.endSeconds - path.startSeconds;
  const linear = Math.min(1, Math.max(0, (seconds - path.startSeconds) / length));
  const amount = ease(linear);
  const between = (from: number, to: number) => from + (to - from) * amount;
  return {
    x: between(path.from.x, path.to.x),
    y: between(path.from.y, path.to.y),
    // Equal steps of a zoom are equal ratios.
    zoom: path.from.zoom * (path.to.zoom / path.from.zoom) ** amount,
  };
}

/** Starts and ends softly and holds an even speed between: the first and last fifth are the ramps. */
export function ease(linear: number): number {
  const ramp = 0.2;
  const top = 1 / (1 - ramp);
  if (linear < ramp) return (top * linear * linear) / (2 * ramp);
  if (linear > 1 - ramp) return 1 - (top * (1 - linear) ** 2) / (2 * ramp);
  return top * (linear - ramp / 2);
}

function scaled({ x, y, zoom }: View, scale: number): View {
  return { x: x * scale, y: y * scale, zoom: zoom ** scale };
}
