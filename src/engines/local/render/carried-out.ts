import { positionsOf, type Storyboard, type Transition } from '../../../domain/storyboard.ts';
import type { Projection } from '../camera/projection.ts';
import type { ActorLayer, Frame, Layer, PlacedBitmap, Stage } from './layer.ts';
import { wipeRoom } from './transition.ts';

/**
 * Whether the subject of a shot goes out with the wipe that ends it. Not where the next shot shows it again: it would be
 * seen twice. Nor under a camera that rolls, since it is drawn over both shots, which roll apart.
 */
export function isCarriedOut({ shots }: Storyboard, { kind, to }: Transition): boolean {
  const [before, after] = [shots[to - 1], shots[to]];
  if (kind !== 'wipe' || before === undefined || after === undefined) return false;
  const { keys, handheld } = before.camera;
  const next = positionsOf(after.subject);
  return (
    handheld === 0 &&
    keys.every(({ rollDegrees }) => rollDegrees === 0) &&
    !positionsOf(before.subject).some((position) => next.includes(position))
  );
}

/** A subject that leaves with a wipe at one moment of it. */
export interface CarriedOut {
  /** The subject, and what it stands on. */
  layers: readonly Layer[];
  /** Where they are seen now. */
  projection: Projection;
  /** The middle of the wipe's edge, in pixels from the side it comes from. */
  edge: number;
}

/**
 * The subject goes out of the frame and draws the next shot in behind it: the edge runs up to its middle, and from
 * half-way on is hidden by it. Undefined for a shot without a subject that stands on the set.
 */
export function carriedOut(options: {
  shown: {
    layers: readonly Layer[];
    subject?: { first: number; end: number } | undefined;
    projection: Projection;
  };
  stage: Stage;
  frame: Frame;
  transition: Transition;
  /** Of the transition, 0 to 1. */
  linear: number;
}): CarriedOut | undefined {
  const { shown, stage, frame, transition, linear } = options;
  const layers = shown.layers.slice(shown.subject?.first, shown.subject?.end);
  const actor = layers.find((layer) => layer.kind === 'actor');
  if (actor === undefined) return undefined;
  const { x, scale } = shown.projection.place({ x: actor.x, y: actor.y, distance: 1 });
  const reach = Math.max(...layers.map((layer) => reachOf(layer, stage))) * scale;
  const room = wipeRoom(frame);
  const right = transition.towards === 'right';
  const start = right ? x : frame.width - x;
  const gone = (frame.width - start + Math.max(reach, room)) * linear ** departure;
  const caughtUp = linear < 0.5 ? 1 - (1 - 2 * linear) ** 2 : 1;
  return {
    layers,
    projection: shifted(shown.projection, right ? gone : -gone),
    edge: (start + gone + room) * caughtUp - room,
  };
}

/** The subject sets off from rest, and is fastest where it leaves the frame. */
const departure = 2;

/** How far a layer reaches from its anchor to its farther side, in pixels at rest. */
function reachOf(layer: Layer, { bitmaps, turns }: Stage): number {
  const farther = (width: number, anchor: number, scale: number) => Math.max(anchor, width - anchor) * scale;
  const placed = ({ bitmap, anchorX, scale }: PlacedBitmap) =>
    farther(bitmaps[bitmap]?.width ?? 0, anchorX, scale);
  if (layer.kind === 'plate') return placed(layer);
  return layer.kind === 'actor'
    ? Math.max(turnReach(layer), ...layer.views.map(({ product }) => placed(product)))
    : 0;

  function turnReach({ turn: given }: ActorLayer): number {
    const turn = given === undefined ? undefined : turns[given.turn];
    return given === undefined || turn === undefined ? 0 : farther(turn.width, turn.axis, given.scale);
  }
}

const shifted = (projection: Projection, shift: number): Projection => ({
  ...projection,
  place(rest) {
    const seen = projection.place(rest);
    return { ...seen, x: seen.x + shift };
  },
});
