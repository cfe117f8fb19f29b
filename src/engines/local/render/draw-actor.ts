import type { Projection, Seen } from '../camera/projection.ts';
import type { Kernel, Surface } from '../kernel/kernel.ts';
import { liftAt } from './action.ts';
import { cropped, put } from './draw-plate.ts';
import { drawYawed } from './draw-yawed.ts';
import type { ActorLayer, ActorView, PlacedBitmap } from './layer.ts';
import type { TurnScreen } from './turn-screen.ts';

/** How long a band of light takes to pass over the subject. */
export const sweepLength = 1.1;

export interface ActorMoment {
  /** Of the film. */
  seconds: number;
  /** Since the shot began, and of the whole shot. */
  elapsedSeconds: number;
  lengthSeconds: number;
  /** Of the time in which the shot is seen, transitions included: 0 to 1. */
  share: number;
}

/** Draws the subject with its shadow and its mirror, wherever its action has it. */
export function drawActor(options: {
  kernel: Kernel;
  frame: Surface;
  layer: ActorLayer;
  pictures: readonly Surface[];
  projection: Projection;
  moment: ActorMoment;
  turning: TurnScreen;
}): void {
  const { kernel, frame, layer, pictures, projection, moment, turning } = options;
  const foot = projection.place({ x: layer.x, y: layer.y, distance: 1 });
  const lift = liftAt(layer.action, moment.elapsedSeconds, moment.lengthSeconds);
  const raised = lift * Math.min(frame.width, frame.height) * foot.scale;
  const near = Math.exp(-lift * 9);
  const turned = turning(layer, moment.share);
  const { first, next, amount } = viewsAt(layer, turned);
  const drawn = (given: PlacedBitmap, seen: Seen, opacity: number, widen = 1) =>
    putAt({ kernel, frame, picture: pictures[given.bitmap], given, seen, opacity, widen });
  const onFloor = ({ mirror, shadow }: ActorView, opacity: number) => {
    if (mirror !== undefined) drawn(mirror, { ...foot, y: foot.y + raised }, near * opacity);
    if (shadow !== undefined) drawn(shadow, foot, (0.25 + 0.75 * near) * opacity, 1 + lift * 0.9);
  };
  onFloor(first, 1 - amount);
  if (next !== undefined) onFloor(next, amount);
  const seen = { ...foot, y: foot.y - raised };
  if (turned !== undefined) {
    const { picture, placed } = turned;
    putAt({ kernel, frame, picture, given: placed, seen, opacity: 1, widen: 1 });
  } else if (layer.action === 'rotates')
    drawYawed({
      kernel,
      frame,
      picture: pictures[first.product.bitmap],
      given: first.product,
      seen,
      share: moment.share,
    });
  else drawn(first.product, seen, 1);
  if (layer.sweep === undefined) return;
  const passed = (moment.seconds - layer.sweep.seconds) / sweepLength;
  if (passed <= 0 || passed >= 1) return;
  const light = turned === undefined ? pictures[layer.sweep.light] : turned.outline();
  sweep({ kernel, frame, picture: light, given: turned?.placed ?? first.product, seen, passed });
}

/** Between which two views the subject is. */
function viewsAt(
  { views }: ActorLayer,
  turned: ReturnType<TurnScreen>,
): { first: ActorView; next: ActorView | undefined; amount: number } {
  const first = views[turned?.pair ?? 0];
  if (first === undefined) throw new Error('An actor has no view.');
  return {
    first,
    next: turned === undefined ? undefined : views[turned.pair + 1],
    amount: turned?.amount ?? 0,
  };
}

interface Placing {
  kernel: Kernel;
  frame: Surface;
  picture: Surface | undefined;
  given: PlacedBitmap;
  seen: Seen;
}

function putAt(options: Placing & { opacity: number; widen: number }): void {
  const { kernel, frame, picture, given, seen, opacity, widen } = options;
  if (picture === undefined || opacity < 0.004) return;
  const scale = given.scale * seen.scale;
  put({
    kernel,
    frame,
    picture,
    left: seen.x - given.anchorX * scale * widen,
    top: seen.y - given.anchorY * scale,
    scale,
    scaleX: scale * widen,
    blend: 'normal',
    opacity: Math.min(1, opacity),
  });
}

/** A slanted band of light, soft at both sides, over a white picture of the subject's outline. */
function sweep({ kernel, frame, picture, given, seen, passed }: Placing & { passed: number }): void {
  if (picture === undefined) return;
  const scale = given.scale * seen.scale;
  const [width, height] = [picture.width * scale, picture.height * scale];
  const left = seen.x - given.anchorX * scale;
  const top = seen.y - given.anchorY * scale;
  const half = Math.max(width, height) * 0.13;
  const slant = height * 0.32;
  const strength = 0.4 * Math.sin(Math.PI * passed);
  const middle = left - half - slant / 2 + passed * (width + 2 * half + slant);
  for (const side of [-1, 1])
    put({
      kernel,
      frame,
      picture,
      left,
      top,
      scale,
      blend: 'screen',
      change(row, y) {
        const centre = middle + slant * (0.5 - (y - top) / height);
        const part = cropped(row, side < 0 ? centre - half : centre, side < 0 ? centre : centre + half);
        const away = (side * (part.from + 0.5 - centre)) / half;
        return { ...part, opacity: strength * (1 - away), step: (-side * strength) / half };
      },
    });
}
