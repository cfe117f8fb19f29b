import type { Camera, CameraKey } from '../../../domain/storyboard.ts';
import type { Move, Pace } from '../understand/directions.ts';
import { restingView, type View } from './view.ts';

/** How a shot is composed at the middle of its move: closer, and looking a little away from the subject's middle. */
export interface Composition {
  dolly: number;
  pan: number;
  tilt: number;
}

/** How far each move goes at normal pace in about five seconds, as changes around the composed view. */
const travel: Record<Move, { from: Partial<View>; to: Partial<View> }> = {
  orbit_right: { from: { orbitDegrees: -13, dolly: -0.03 }, to: { orbitDegrees: 13, dolly: 0.05 } },
  orbit_left: { from: { orbitDegrees: 13, dolly: -0.03 }, to: { orbitDegrees: -13, dolly: 0.05 } },
  push_in: { from: { dolly: -0.08, y: -0.02 }, to: { dolly: 0.15, y: 0.01 } },
  pull_out: { from: { dolly: 0.17, y: 0.01 }, to: { dolly: -0.08, y: -0.02 } },
  zoom_in: { from: { zoom: 0.95 }, to: { zoom: 1.18 } },
  zoom_out: { from: { zoom: 1.18 }, to: { zoom: 0.95 } },
  pan_left: { from: { pan: 0.13 }, to: { pan: -0.13 } },
  pan_right: { from: { pan: -0.13 }, to: { pan: 0.13 } },
  truck_left: { from: { x: 0.14, pan: -0.07 }, to: { x: -0.14, pan: 0.07 } },
  truck_right: { from: { x: -0.14, pan: 0.07 }, to: { x: 0.14, pan: -0.07 } },
  tilt_up: { from: { tilt: 0.09, zoom: 1.04 }, to: { tilt: -0.05, zoom: 1.04 } },
  tilt_down: { from: { tilt: -0.09, zoom: 1.04 }, to: { tilt: 0.05, zoom: 1.04 } },
  // The camera rises or sinks and keeps its eye on the subject: the floor opens and closes.
  crane_up: { from: { y: 0.1, tilt: -0.09, dolly: 0.03 }, to: { y: -0.13, tilt: 0.12, dolly: 0 } },
  crane_down: { from: { y: -0.13, tilt: 0.12, dolly: 0 }, to: { y: 0.1, tilt: -0.09, dolly: 0.04 } },
  handheld: { from: { dolly: -0.02, x: -0.02 }, to: { dolly: 0.06, x: 0.02 } },
  whip: { from: { dolly: 0.02 }, to: { dolly: 0.07 } },
  static: { from: {}, to: {} },
};

const reach: Record<Pace, number> = { slow: 0.7, normal: 1, fast: 1.4 };

/** The camera of one take. Long takes travel further, without being any faster. */
export function cameraFor(options: {
  move: Move;
  pace: Pace;
  startSeconds: number;
  endSeconds: number;
  composition?: Composition;
}): Camera {
  const { move, pace, startSeconds, endSeconds, composition } = options;
  const { from, to } = travel[move];
  const share = reach[pace] * Math.min(1.25, Math.max(0.45, (endSeconds - startSeconds) / 4.5));
  const handheld = move === 'handheld' ? reach[pace] : 0;
  const first = key(startSeconds, from, share, composition);
  if (move === 'static') return { keys: [first], easing: 'soft', handheld };
  return { keys: [first, key(endSeconds, to, share, composition)], easing: 'soft', handheld };
}

function key(
  seconds: number,
  change: Partial<View>,
  share: number,
  { dolly, pan, tilt }: Composition = { dolly: 0, pan: 0, tilt: 0 },
): CameraKey {
  const { zoom = 1, dolly: nearer = 0 } = change;
  const scaled = (axis: 'x' | 'y' | 'pan' | 'tilt' | 'rollDegrees' | 'orbitDegrees') =>
    (change[axis] ?? restingView[axis]) * share;
  return {
    seconds,
    x: rounded(scaled('x')),
    y: rounded(scaled('y')),
    // Two approaches one after the other: what is left of the way is what the second goes.
    dolly: rounded(1 - (1 - dolly) * (1 - nearer * share)),
    zoom: rounded(zoom ** share),
    pan: rounded(pan + scaled('pan')),
    tilt: rounded(Math.min(mostTilt, Math.max(-mostTilt, tilt + scaled('tilt')))),
    rollDegrees: rounded(scaled('rollDegrees')),
    orbitDegrees: rounded(scaled('orbitDegrees')),
  };
}

/** What a storyboard allows: a fast crane over a subject that leaves room for text would go beyond it. */
export const mostTilt = 0.4;

/** A storyboard is read and edited by people: five decimals are finer than a tenth of a pixel. */
const rounded = (value: number) => Math.round(value * 1e5) / 1e5 + 0;
