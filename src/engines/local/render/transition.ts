import type { Transition } from '../../../domain/storyboard.ts';
import { ease } from '../camera/ease.ts';
import type { Kernel, Surface } from '../kernel/kernel.ts';
import { cropped, put } from './draw-plate.ts';
import type { Frame } from './layer.ts';
import { type Grown, matchMove, type Stand } from './match-move.ts';

/** What two shots are joined by, where there is such a thing. */
interface Joint {
  /** Where a wipe is that follows something: its middle in pixels from the side it comes from. */
  edge: number | undefined;
  /** Where the subjects of both shots stand. */
  stands: { from: Stand; to: Stand } | undefined;
}

/** Joins two painted shots into a frame at a moment of a transition; `linear` runs from 0 to 1. */
export function joinShots(
  kernel: Kernel,
  { frame, from, to, edge, stands }: { frame: Surface; from: Surface; to: Surface } & Joint,
  { kind, towards }: Transition,
  linear: number,
): void {
  const shots = { frame, from, to, kernel };
  if (kind === 'whip') whip(shots, towards, linear);
  else if (kind === 'match') match(shots, stands, linear);
  else if (kind === 'wipe') wipe(shots, towards, edge ?? wayOf(linear, frame));
  else dissolve(shots, linear);
}

interface Shots {
  kernel: Kernel;
  frame: Surface;
  from: Surface;
  to: Surface;
}

function dissolve({ kernel, frame, from, to }: Shots, linear: number): void {
  put({ kernel, frame, picture: from, left: 0, top: 0, scale: 1, blend: 'replace' });
  put({ kernel, frame, picture: to, left: 0, top: 0, scale: 1, blend: 'normal', opacity: ease(linear) });
}

/** The camera swings away so fast that the picture smears, and comes to rest on the next shot. */
function whip({ kernel, frame, from, to }: Shots, towards: Transition['towards'], linear: number): void {
  const { width } = frame;
  // The shutter is open for half of a frame's time.
  const opened = swing(Math.max(0, linear - shutter));
  const closed = swing(Math.min(1, linear + shutter));
  const length = Math.max(1, Math.round((closed - opened) * width));
  const right = towards === 'right';
  const offset = Math.round((right ? opened : 1 - closed) * width);
  kernel.smear(frame, right ? { left: from, right: to } : { left: to, right: from }, { offset, length });
}

/** Half of the share of the transition for which the shutter of one frame is open. */
const shutter = 0.03;

/** Rest, rush, rest. */
const swing = (t: number) => (t < 0.5 ? 8 * t ** 4 : 1 - 8 * (1 - t) ** 4);

/** As if one camera went through the cut: both shots move alike while one gives way to the other. */
function match(shots: Shots, stands: Joint['stands'], linear: number): void {
  const met = stands && matchMove(shots.frame, stands, linear);
  const moved = met ?? grownTogether(shots.frame, ease(linear));
  // Subjects that lie on each other change over in a few frames; else one shot fades into the other.
  const half = met === undefined ? 0.2 : 0.08;
  put({ ...shots, picture: shots.from, ...moved.from, blend: 'replace' });
  put({
    ...shots,
    picture: shots.to,
    ...moved.to,
    blend: 'normal',
    opacity: ease((linear - 0.5 + half) / (2 * half)),
  });
}

const growth = 0.16;

/** Both shots grow on one curve around the middle of the frame. */
function grownTogether({ width, height }: Frame, amount: number): { from: Grown; to: Grown } {
  const grown = (scale: number) => ({
    scale,
    left: (width * (1 - scale)) / 2,
    top: (height * (1 - scale)) / 2,
  });
  return { from: grown(1 + growth * amount), to: grown(1 + growth * 0.75 * (1 - amount)) };
}

/** Of the edge of a wipe, in heights of the frame: from the bottom to the top, and of its shade. */
const edgeLean = 0.2;
const edgeShade = 0.05;

/** How far beyond the frame the middle of the edge of a wipe is where none of it is seen. */
export const wipeRoom = ({ height }: { height: number }) => height * (edgeLean / 2 + edgeShade);

function wayOf(linear: number, { width, height }: Pick<Surface, 'width' | 'height'>): number {
  const room = wipeRoom({ height });
  return ease(linear) * (width + 2 * room) - room;
}

/** The next shot comes in behind a leaning edge that throws a soft shade; its middle is `way` from where it comes. */
function wipe({ kernel, frame, from, to }: Shots, towards: Transition['towards'], way: number): void {
  const { width, height } = frame;
  const lean = height * edgeLean;
  const shade = height * edgeShade;
  const right = towards === 'right';
  const edgeAt = (y: number) => {
    const edge = way + lean * (0.5 - y / height);
    return right ? edge : width - edge;
  };
  put({ kernel, frame, picture: from, left: 0, top: 0, scale: 1, blend: 'replace' });
  const part = (y: number, start: number, end: number) =>
    right
      ? { from: edgeAt(y) + start, to: edgeAt(y) + end }
      : { from: edgeAt(y) - end, to: edgeAt(y) - start };
  // Drawn over itself, multiplied: a shot is darkest where it meets the edge.
  put({
    kernel,
    frame,
    picture: from,
    left: 0,
    top: 0,
    scale: 1,
    blend: 'multiply',
    change(row, y) {
      const { from: start, to: end } = part(y, 0, shade);
      const dark = cropped(row, start, end);
      const away = (right ? dark.from - edgeAt(y) : edgeAt(y) - dark.from) / shade;
      return { ...dark, opacity: 0.5 * (1 - away), step: ((right ? -1 : 1) * 0.5) / shade };
    },
  });
  const whole = { kernel, frame, picture: to, left: 0, top: 0, scale: 1 };
  put({
    ...whole,
    blend: 'replace',
    change: (row, y) =>
      right ? cropped(row, 0, Math.floor(edgeAt(y))) : cropped(row, Math.ceil(edgeAt(y)), width),
  });
  // The pixel which the edge runs through shows both, by its share of each.
  put({
    ...whole,
    blend: 'normal',
    change(row, y) {
      const edge = edgeAt(y);
      const part = edge - Math.floor(edge);
      return { ...cropped(row, Math.floor(edge), Math.floor(edge) + 1), opacity: right ? part : 1 - part };
    },
  });
}
