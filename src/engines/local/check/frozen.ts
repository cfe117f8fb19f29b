import type { Check } from '../../../domain/check.ts';
import type { Storyboard } from '../../../domain/storyboard.ts';
import type { Stage } from '../render/layer.ts';
import { at } from './finished-film.ts';
import type { Painted } from './painted.ts';
import { promisedMotion } from './promised-motion.ts';
import { changeBetween, type SmallFilm } from './small-film.ts';

const leastFrames = 12;

/** Steps of luma: coding repeated pictures changes them by up to 2, a subject that moves by half a pixel by more. */
const stillBelow = 3;

/** What the painted pictures must change by before the film is blamed for not changing. */
const movesFrom = 6;

/**
 * The film may stand still only where the storyboard does. A still stretch is held against the camera, subject,
 * captions and clips of its time, and then against the painted pictures, since a move over an even wall is not seen.
 */
export async function frozenCheck(
  film: SmallFilm,
  { storyboard, stage, painted }: { storyboard: Storyboard; stage: Stage; painted: Painted },
): Promise<Check> {
  for (const { from, to } of stillStretches(film.lumas)) {
    const motion = promisedMotion({ storyboard, stage, from, to });
    if (motion === undefined) continue;
    if (!(await moves(painted, from, to - 1))) continue;
    return {
      name: 'frozen',
      status: 'failed',
      message: `It stands still from ${at(from / storyboard.fps)} to ${at(to / storyboard.fps)}, though ${motion.what}.`,
      measured: to - from,
      limit: leastFrames,
      pointer: motion.pointer,
    };
  }
  return {
    name: 'frozen',
    status: 'passed',
    message: 'It moves wherever the storyboard does.',
    limit: leastFrames,
  };
}

/** Runs of frames which do not differ from the first of the run: a slow drift is no standstill. */
function stillStretches(lumas: readonly Uint8Array[]): { from: number; to: number }[] {
  const stretches: { from: number; to: number }[] = [];
  for (let from = 0; from < lumas.length; ) {
    const first = lumas[from];
    let to = from + 1;
    while (to < lumas.length && first !== undefined && isSame(first, lumas[to])) to++;
    if (to - from < leastFrames) from = to;
    else {
      const stretch = widened(lumas, { from, to });
      stretches.push(stretch);
      from = stretch.to;
    }
  }
  return stretches;
}

/** Coding lets a run begin late and end early; whatever around it looks like its middle belongs to it. */
function widened(
  lumas: readonly Uint8Array[],
  { from, to }: { from: number; to: number },
): { from: number; to: number } {
  const middle = lumas[(from + to) >> 1];
  if (middle === undefined) return { from, to };
  let [begin, end] = [from, to];
  while (begin > 0 && isSame(middle, lumas[begin - 1])) begin--;
  while (end < lumas.length && isSame(middle, lumas[end])) end++;
  return { from: begin, to: end };
}

const isSame = (one: Uint8Array, other: Uint8Array | undefined) =>
  other !== undefined && changeBetween(one, other) < stillBelow;

async function moves(painted: Painted, first: number, last: number): Promise<boolean> {
  const start = await painted.small(first);
  for (const frame of [last, Math.round((first + last) / 2)])
    if (changeBetween(start, await painted.small(frame)) >= movesFrom) return true;
  return false;
}
