import type { ActorLayer, PlacedBitmap, Stage } from '../render/layer.ts';
import { createMorphStudy } from '../turntable/draw-morph.ts';
import type { Turn } from '../turntable/turn.ts';
import { type TurnPlace, turnAt } from '../turntable/turn-at.ts';
import type { View } from '../turntable/view.ts';
import { type Box, boxAroundBoth, boxOf } from './box.ts';
import { inkBox } from './ink-box.ts';

/** The picture of a product at one moment, as it is drawn into the film. */
export interface ActorPicture {
  width: number;
  height: number;
  data: Uint8ClampedArray;
  placed: PlacedBitmap;
}

/** Kept with their turns: a check looks at one turn many times. */
const studies = new WeakMap<Turn, ReturnType<typeof createMorphStudy>>();

export function actorOf({ shots }: Stage, shot: number): ActorLayer | undefined {
  return shots[shot]?.layers.find((layer) => layer.kind === 'actor');
}

/** `share` is of the time in which the shot is seen. */
export function pictureAt(stage: Stage, actor: ActorLayer, share: number): ActorPicture | undefined {
  const turning = turningAt(stage, actor, share);
  if (turning !== undefined) {
    const { turn, placed, place } = turning;
    const morph = turn.morphs[place.pair];
    if (morph === undefined) throw new Error('A turn has no views.');
    const study = studies.get(turn) ?? createMorphStudy();
    studies.set(turn, study);
    return { ...study(morph, place.amount), placed };
  }
  const placed = actor.views[0]?.product;
  const bitmap = stage.bitmaps[placed?.bitmap ?? -1];
  return placed === undefined || bitmap === undefined ? undefined : { ...bitmap, placed };
}

/** The box around the outline in that picture. Between two views of a turn, around both. */
export function outlineAt(
  stage: Stage,
  actor: ActorLayer,
  share: number,
): { placed: PlacedBitmap; outline: Box } {
  const turning = turningAt(stage, actor, share);
  if (turning === undefined) {
    const view = actor.views[0];
    if (view === undefined) throw new Error('An actor has no view.');
    const { product: placed, outline = inkBox(stage.bitmaps[placed.bitmap], 128) } = view;
    return { placed, outline };
  }
  const { turn, placed, place } = turning;
  const morph = turn.morphs[place.pair];
  if (morph === undefined) throw new Error('A turn has no views.');
  return { placed, outline: boxAroundBoth(viewBox(morph.from), viewBox(morph.to)) };
}

interface Turning {
  turn: Turn;
  progress: number;
  place: TurnPlace;
  placed: PlacedBitmap;
}

/** Where a turning product is; undefined for one that does not turn. */
export function turningAt({ turns }: Stage, { turn: given }: ActorLayer, share: number): Turning | undefined {
  const turn = turns[given?.turn ?? -1];
  if (given === undefined || turn === undefined) return undefined;
  const progress = given.from + (given.to - given.from) * share;
  const placed = { bitmap: -1, anchorX: turn.axis, anchorY: turn.base, scale: given.scale };
  return { turn, progress, placed, place: turnAt(turn, progress) };
}

const viewBoxes = new WeakMap<View, Box>();

/** Around the outline of one view of a turn, in its pixels. */
export function viewBox(view: View): Box {
  const box = viewBoxes.get(view) ?? boxOf(view, (index) => (view.edge[index] ?? 0) > 0);
  viewBoxes.set(view, box);
  return box;
}
