import type { Transition } from '../../../domain/storyboard.ts';
import { ease } from '../camera/ease.ts';
import type { Kernel, Surface } from '../kernel/kernel.ts';
import { cropped, put } from './draw-plate.ts';

/** Joins two painted shots into a frame at a moment of a transition; `linear` runs from 0 to 1. */
export function joinShots(
  kernel: Kernel,
  { frame, from, to, edge }: { frame: Surface; from: Surface; to: Surface; edge: Float32Array | undefined },
  { kind, towards }: Transition,
  linear: number,
): void {
  const shots = { frame, from, to, kernel };
  if (kind === 'whip') whip(shots, towards, linear);
  else if (kind === 'match') match(shots, linear);
  else if (kind === 'wipe') wipe({ ...shots, edge }, towards, linear);
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

/** Both shots grow on one curve while one gives way to the other, as if one camera went through the cut. */
function match(shots: Shots, linear: number): void {
  const amount = ease(linear);
  grown(shots, shots.from, { scale: 1 + growth * amount, opacity: 1 });
  const opacity = ease((linear - 0.3) / 0.4);
  grown(shots, shots.to, { scale: 1 + growth * 0.75 * (1 - amount), opacity });
}

const growth = 0.16;

function grown(
  { kernel, frame }: Shots,
  picture: Surface,
  { scale, opacity }: { scale: number; opacity: number },
): void {
  const { width, height } = frame;
  const [left, top] = [(width * (1 - scale)) / 2, (height * (1 - scale)) / 2];
  put({ kernel, frame, picture, left, top, scale, blend: opacity === 1 ? 'replace' : 'normal', opacity });
}

/** The next shot comes in behind an edge with the outline of the product, or a leaning one, that throws a soft shade. */
function wipe(
  { kernel, frame, from, to, edge: outline }: Shots & { edge: Float32Array | undefined },
  towards: Transition['towards'],
  linear: number,
): void {
  const { width, height } = frame;
  const lean = height * 0.2;
  const shade = height * 0.05;
  const offset = (y: number) => outline?.[Math.min(height - 1, Math.max(0, y))] ?? lean * (0.5 - y / height);
  const room = outline === undefined ? lean / 2 : outline.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const way = ease(linear) * (width + 2 * room + shade) - room;
  const right = towards === 'right';
  const edgeAt = (y: number) => {
    const edge = way + offset(y);
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
