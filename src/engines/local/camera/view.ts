import type { Camera, CameraKey } from '../../../domain/storyboard.ts';
import { seededRandom } from '../random.ts';
import { ease } from './ease.ts';

/** A camera at one moment, as in `CameraKey`. */
export type View = Omit<CameraKey, 'seconds'>;

export const restingView: View = {
  x: 0,
  y: 0,
  dolly: 0,
  zoom: 1,
  pan: 0,
  tilt: 0,
  rollDegrees: 0,
  orbitDegrees: 0,
};

/** The view at a moment of the film. `seed` shapes the trembling of a hand. */
export function viewAt(camera: Camera, seconds: number, seed: number): View {
  const { keys, easing, handheld } = camera;
  const next = keys.findIndex((key) => key.seconds > seconds);
  const view =
    next === 0
      ? viewOf(keys[0])
      : next === -1
        ? viewOf(keys.at(-1))
        : between(keys, { next, seconds, easing });
  return handheld === 0 ? view : trembling(view, { seconds, seed, amount: handheld });
}

function viewOf(key: CameraKey | undefined): View {
  return pick((axis) => key?.[axis] ?? restingView[axis]);
}

function between(
  keys: readonly CameraKey[],
  { next, seconds, easing }: { next: number; seconds: number; easing: Camera['easing'] },
): View {
  const from = keys[next - 1] ?? keys[0];
  const to = keys[next];
  if (from === undefined || to === undefined) return restingView;
  const linear = (seconds - from.seconds) / (to.seconds - from.seconds);
  if (easing === 'through')
    return pick((axis) =>
      leave(axis, hermite({ from, to, before: keys[next - 2], after: keys[next + 1], axis, linear })),
    );
  const amount = easing === 'soft' ? ease(linear) : linear;
  return pick((axis) => {
    const start = enter(axis, from[axis]);
    return leave(axis, start + (enter(axis, to[axis]) - start) * amount);
  });
}

/** Equal steps of a zoom, or of an approach, are equal ratios of size: both are carried over as logarithms. */
function enter(axis: keyof View, value: number): number {
  if (axis === 'zoom') return Math.log(value);
  return axis === 'dolly' ? -Math.log(1 - value) : value;
}

function leave(axis: keyof View, value: number): number {
  if (axis === 'zoom') return Math.exp(value);
  return axis === 'dolly' ? 1 - Math.exp(-value) : value;
}

/** Catmull-Rom over unevenly spaced keys; at the ends the slope is that of the only span there is. */
function hermite(options: {
  from: CameraKey;
  to: CameraKey;
  before: CameraKey | undefined;
  after: CameraKey | undefined;
  axis: keyof View;
  linear: number;
}): number {
  const { from, to, before, after, axis, linear: t } = options;
  const span = to.seconds - from.seconds;
  const [start, end] = [enter(axis, from[axis]), enter(axis, to[axis])];
  const straight = (end - start) / span;
  const leaving =
    before === undefined ? straight : (end - enter(axis, before[axis])) / (to.seconds - before.seconds);
  const arriving =
    after === undefined ? straight : (enter(axis, after[axis]) - start) / (after.seconds - from.seconds);
  const t2 = t * t;
  const t3 = t2 * t;
  return (
    (2 * t3 - 3 * t2 + 1) * start +
    (t3 - 2 * t2 + t) * span * leaving +
    (3 * t2 - 2 * t3) * end +
    (t3 - t2) * span * arriving
  );
}

/** A hand trembles in slow, unrelated waves: their periods share no common measure within a film. */
function trembling(
  view: View,
  { seconds, seed, amount }: { seconds: number; seed: number; amount: number },
): View {
  const random = seededRandom(seed, 'handheld');
  const wave = (...hertz: number[]) =>
    hertz.reduce(
      (sum, rate) => sum + Math.sin(2 * Math.PI * (rate * (0.9 + 0.2 * random()) * seconds + random())),
      0,
    ) / hertz.length;
  return {
    ...view,
    pan: view.pan + 0.011 * amount * wave(0.43, 0.97, 1.71),
    tilt: view.tilt + 0.009 * amount * wave(0.37, 0.83, 1.93),
    rollDegrees: view.rollDegrees + 0.45 * amount * wave(0.31, 0.71),
    zoom: view.zoom * (1 + 0.006 * amount * wave(0.23)),
  };
}

function pick(value: (axis: keyof View) => number): View {
  return {
    x: value('x'),
    y: value('y'),
    dolly: value('dolly'),
    zoom: value('zoom'),
    pan: value('pan'),
    tilt: value('tilt'),
    rollDegrees: value('rollDegrees'),
    orbitDegrees: value('orbitDegrees'),
  };
}
