import { ease } from '../camera/ease.ts';
import type { Projection } from '../camera/projection.ts';
import type { ActorLayer, Frame, Layer, Stage } from './layer.ts';

/** Where a subject is seen: the middle of it and its height, in pixels of the frame. */
export interface Stand {
  x: number;
  y: number;
  height: number;
}

/** How a painted shot is shown: grown by `scale`, with its corner at (`left`, `top`). */
export interface Grown {
  left: number;
  top: number;
  scale: number;
}

/** By how much the shot that goes and the one that comes are grown at least when they meet. */
const growth = { from: 1.16, to: 1.12 };
/** Subjects that would have to be grown more than this to meet are not alike. */
const mostGrowth = 1.7;

/** Where the subject of a shot is; undefined for a shot without one on its set, and for one that is rolled or in the air. */
export function standOf(
  {
    layers,
    view,
    projection,
  }: { layers: readonly Layer[]; view: { rollDegrees: number }; projection: Projection },
  { bitmaps, turns }: Stage,
): Stand | undefined {
  const actor = layers.find((layer) => layer.kind === 'actor');
  if (actor === undefined || view.rollDegrees !== 0 || !standsStill(actor)) return undefined;
  const { x, y, scale } = projection.place({ x: actor.x, y: actor.y, distance: 1 });
  const product = actor.views[0]?.product;
  const tall =
    actor.turn === undefined
      ? (product?.scale ?? 0) * (bitmaps[product?.bitmap ?? -1]?.height ?? 0)
      : actor.turn.scale * (turns[actor.turn.turn]?.productHeight ?? 0);
  const height = tall * scale;
  return height === 0 ? undefined : { x, y: y - height / 2, height };
}

const standsStill = ({ action }: ActorLayer) => action === 'stands' || action === 'rotates';

/**
 * A match move: half-way both shots show their subjects in one place and of one size, and on the way there and back no
 * rim of either comes into the frame. Undefined where the subjects are too far apart, or too unlike in size, for that.
 * `linear` runs from 0 to 1.
 */
export function matchMove(
  frame: Frame,
  { from, to }: { from: Stand; to: Stand },
  linear: number,
): { from: Grown; to: Grown } | undefined {
  const meeting = meetingOf(frame, from, to);
  if (meeting === undefined) return undefined;
  const amount = ease(linear);
  return {
    from: shownAt(from, meeting, Math.min(1, amount * 2)),
    to: shownAt(to, meeting, Math.min(1, (1 - amount) * 2)),
  };
}

function meetingOf(frame: Frame, from: Stand, to: Stand): Stand | undefined {
  const least = Math.max(from.height * growth.from, to.height * growth.to);
  for (let height = least; height <= mostGrowth * Math.min(from.height, to.height); height *= 1.03) {
    const x = meetingPlace(frame.width, height, [from.height, from.x], [to.height, to.x]);
    const y = meetingPlace(frame.height, height, [from.height, from.y], [to.height, to.y]);
    if (x !== undefined && y !== undefined) return { x, y, height };
  }
  return undefined;
}

/** The place along one side of the frame nearest to the middle of both, at which both grown shots fill it. */
function meetingPlace(
  length: number,
  height: number,
  ...stands: [height: number, place: number][]
): number | undefined {
  let [least, most, middle] = [0, length, 0];
  for (const [own, place] of stands) {
    const scale = height / own;
    least = Math.max(least, length - scale * (length - place));
    most = Math.min(most, scale * place);
    middle += place / stands.length;
  }
  return least > most ? undefined : Math.min(most, Math.max(least, middle));
}

/** A shot so grown and shifted that its subject is `share` of the way to where both meet. */
function shownAt(stand: Stand, meeting: Stand, share: number): Grown {
  const scale = 1 + (meeting.height / stand.height - 1) * share;
  const place = (own: number, goal: number) => own + (goal - own) * share - own * scale;
  return { scale, left: place(stand.x, meeting.x), top: place(stand.y, meeting.y) };
}
