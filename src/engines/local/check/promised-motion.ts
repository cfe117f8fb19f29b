import type { Storyboard } from '../../../domain/storyboard.ts';
import { projectionOf } from '../camera/projection.ts';
import { type Point, rolled } from '../camera/roll.ts';
import { viewAt } from '../camera/view.ts';
import { liftAt } from '../render/action.ts';
import type { Stage } from '../render/layer.ts';
import { geometryOf } from '../set/geometry.ts';
import { shotsAt } from '../shots-at.ts';
import { captionAt } from '../type/caption-motion.ts';
import { smallSize } from './small-film.ts';

export interface Motion {
  /** Goes on a sentence that ends in "though". */
  what: string;
  pointer: string;
}

interface Span {
  storyboard: Storyboard;
  stage: Stage;
  /** Frames; `to` is the first after. */
  from: number;
  to: number;
}

/** What moves between two frames by word of the storyboard: by more than half a pixel of a small film. */
export function promisedMotion(span: Span): Motion | undefined {
  const { storyboard, from, to } = span;
  const seconds = { first: from / storyboard.fps, last: (to - 1) / storyboard.fps };
  const transition = storyboard.transitions.findIndex(
    ({ startSeconds, endSeconds }) => startSeconds < seconds.last && endSeconds > seconds.first,
  );
  if (transition !== -1)
    return {
      what: `a ${storyboard.transitions[transition]?.kind} goes on there`,
      pointer: `/transitions/${transition}`,
    };
  return captionMotion(span) ?? shotMotion(span);
}

function captionMotion({ storyboard, from, to }: Span): Motion | undefined {
  for (const [index, caption] of storyboard.captions.entries()) {
    const state = (frame: number) => captionAt(caption, { seconds: frame / storyboard.fps });
    const first = state(from);
    for (let frame = from + 1; frame < to; frame++) {
      const { opacity, clip = 1, typed = 1, tracking = 0 } = state(frame);
      const change = Math.max(
        Math.abs(opacity - first.opacity),
        Math.abs(clip - (first.clip ?? 1)),
        Math.abs(typed - (first.typed ?? 1)),
        Math.abs(tracking - (first.tracking ?? 0)),
      );
      if (change > 0.2)
        return { what: `the caption "${caption.text}" moves there`, pointer: `/captions/${index}` };
    }
  }
  return undefined;
}

function shotMotion({ storyboard, stage, from, to }: Span): Motion | undefined {
  const { fps } = storyboard;
  const { shot: index } = shotsAt(storyboard, from / fps);
  const shot = storyboard.shots[index];
  const pointer = `/shots/${index}`;
  if (shot === undefined) return undefined;
  // A cut to another shot shows something else, and so does a clip: whether it truly moves, the painter tells.
  if (shotsAt(storyboard, (to - 1) / fps).shot !== index)
    return { what: 'another shot begins there', pointer: `/shots/${index + 1}` };
  if (shot.subject.kind === 'clip') return { what: 'a clip runs there', pointer };
  if (shot.subject.kind === 'turntable' && shot.subject.from !== shot.subject.to)
    return { what: 'the product turns there', pointer };
  const positions = positionsIn({ storyboard, stage, index });
  const first = positions(from);
  const half = 0.5 * (storyboard.width / smallSize(storyboard).width);
  let way = 0;
  for (let frame = from + 1; frame < to; frame++)
    for (const [corner, { x, y }] of positions(frame).entries())
      way = Math.max(way, Math.hypot(x - (first[corner]?.x ?? x), y - (first[corner]?.y ?? y)));
  if (way <= half) return undefined;
  return { what: `camera and subject move the picture by ${way.toFixed(1)} px there`, pointer };
}

/** Where the corners around the subject and on the wall are seen in a frame. */
function positionsIn(options: {
  storyboard: Storyboard;
  stage: Stage;
  index: number;
}): (frame: number) => Point[] {
  const { storyboard, stage, index } = options;
  const { shots, seed, fps } = storyboard;
  const shot = shots[index];
  if (shot === undefined) throw new Error(`The storyboard has no shot ${index}.`);
  const geometry = geometryOf(storyboard);
  const aimY = stage.shots[index]?.aimY ?? geometry.height / 2;
  const { standX, standY, mostWidth, mostHeight, wallDistance } = geometry;
  const corners = [-0.5, 0.5].flatMap((side) => [standY, standY - mostHeight].map((y) => ({ side, y })));
  return (frame) => {
    const seconds = frame / fps;
    const view = viewAt(shot.camera, seconds, seed);
    const { place } = projectionOf(view, geometry, aimY);
    const length = shot.endSeconds - shot.startSeconds;
    const lift = shot.framing === 'on-set' ? liftAt(shot.action, seconds - shot.startSeconds, length) : 0;
    const near = corners.map(({ side, y }) => place({ x: standX + side * mostWidth, y, distance: 1 }));
    const far = corners.map(({ side, y }) =>
      place({ x: standX + side * mostWidth, y, distance: wallDistance }),
    );
    const raised = lift * geometry.short;
    return [...near.map(({ x, y, scale }) => ({ x, y: y - raised * scale })), ...far].map((point) =>
      rolled(point, view, geometry),
    );
  };
}
