import type { Storyboard } from '../../../domain/storyboard.ts';
import { projectionOf } from '../camera/projection.ts';
import { type Point, rolled, unrolled } from '../camera/roll.ts';
import { viewAt } from '../camera/view.ts';
import { liftAt } from '../render/action.ts';
import type { PlacedBitmap, Stage } from '../render/layer.ts';
import { geometryOf } from '../set/geometry.ts';
import { shareSeen } from '../shots-at.ts';
import { actorOf, outlineAt } from './actor.ts';
import { type Box, boxAround } from './box.ts';

/** Where a product must be seen at one moment of the film. */
export interface Sighting {
  /** Index of the shot. */
  shot: number;
  seconds: number;
  /** Of the time in which the shot is seen, 0 to 1. */
  share: number;
  /** Frame pixels per pixel of the product's picture. */
  scale: number;
  /** Around its outline in the frame, in pixels. */
  box: Box;
  /** A point of the frame in pixels of the product's picture. */
  inPicture(point: Point): Point;
  /** The camera is near enough to cut the product on purpose. */
  isClose: boolean;
}

/** A camera this much nearer than at rest frames a part: a dolly of 0.2, or a zoom of 1.25. */
const closeFrom = 1.25;

/** The product of a shot as seen at a moment; undefined for a shot that shows none on the set. */
export function sightingOf(
  { storyboard, stage }: { storyboard: Storyboard; stage: Stage },
  shot: number,
  seconds: number,
): Sighting | undefined {
  const { camera, startSeconds = 0, endSeconds = 1 } = storyboard.shots[shot] ?? {};
  const actor = actorOf(stage, shot);
  const share = shareSeen(storyboard, shot, seconds);
  if (camera === undefined || actor === undefined) return undefined;
  const { placed, outline } = outlineAt(stage, actor, share);
  const view = viewAt(camera, seconds, storyboard.seed);
  const geometry = geometryOf(storyboard);
  const aimY = stage.shots[shot]?.aimY ?? 0;
  const foot = projectionOf(view, geometry, aimY).place({ x: actor.x, y: actor.y, distance: 1 });
  const lift = liftAt(actor.action, seconds - startSeconds, endSeconds - startSeconds);
  const { scale, left, top } = corner(placed, { ...foot, y: foot.y - lift * geometry.short * foot.scale });
  const inFrame = ({ x, y }: Point) => rolled({ x: left + x * scale, y: top + y * scale }, view, geometry);
  return {
    shot,
    seconds,
    share,
    scale,
    box: boxAround(
      [outline.left, outline.right].flatMap((x) =>
        [outline.top, outline.bottom].map((y) => inFrame({ x, y })),
      ),
    ),
    inPicture(point) {
      const { x, y } = unrolled(point, view, geometry);
      return { x: (x - left) / scale, y: (y - top) / scale };
    },
    isClose: foot.scale > closeFrom,
  };
}

function corner(placed: PlacedBitmap, seen: Point & { scale: number }) {
  const scale = placed.scale * seen.scale;
  return { scale, left: seen.x - placed.anchorX * scale, top: seen.y - placed.anchorY * scale };
}
