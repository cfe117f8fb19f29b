import type { Camera } from '../../../domain/storyboard.ts';
import { mostTilt } from '../camera/moves.ts';
import { restingView } from '../camera/view.ts';
import { fullBleed } from '../set/geometry.ts';
import type { Move, Pace } from '../understand/directions.ts';

/** Directions in which a camera crosses a picture: to the right, and down. */
const across: Partial<Record<Move, number>> = { pan_right: 1, truck_right: 1, pan_left: -1, truck_left: -1 };
const along: Partial<Record<Move, number>> = { tilt_up: -1, crane_up: -1, tilt_down: 1, crane_down: 1 };

/** Short sides a second; twice as fast nobody would follow it. */
const speed: Record<Pace, number> = { slow: 0.16, normal: 0.24, fast: 0.36 };
/** What a storyboard allows. */
const mostPan = 0.6;
/** The way that a move goes anyway; a picture has to have more to show than that. */
const usual = 0.13;

/**
 * The camera over a picture that is much wider or taller than the frame, which it fills: a pan or a tilt shows as much
 * of it as there is time for. Undefined for other moves, and where the picture has no more to show.
 */
export function acrossPicture(options: {
  move: Move;
  pace: Pace;
  /** Width over height of the picture. */
  shape: number;
  frame: { width: number; height: number };
  span: { start: number; end: number };
}): Camera | undefined {
  const { move, pace, shape, frame, span } = options;
  const { width, height } = frame;
  const wide = across[move];
  const tall = along[move];
  const short = Math.min(width, height);
  const hidden =
    wide !== undefined
      ? Math.max(0, height * shape - width)
      : tall !== undefined
        ? Math.max(0, width / shape - height)
        : 0;
  const most = wide !== undefined ? mostPan : mostTilt;
  const reach = Math.min(most, (hidden * fullBleed) / 2 / short, (speed[pace] * (span.end - span.start)) / 2);
  if (reach <= usual) return undefined;
  const view = (sign: number) =>
    wide !== undefined
      ? { ...restingView, pan: sign * wide * reach }
      : { ...restingView, tilt: sign * (tall ?? 0) * reach };
  const key = (seconds: number, sign: number) => ({ seconds, ...rounded(view(sign)) });
  return { keys: [key(span.start, -1), key(span.end, 1)], easing: 'soft', handheld: 0 };
}

const rounded = (view: typeof restingView) => ({
  ...view,
  pan: Math.round(view.pan * 1e5) / 1e5 + 0,
  tilt: Math.round(view.tilt * 1e5) / 1e5 + 0,
});
