import type { Storyboard } from '../../../domain/storyboard.ts';
import { restSeconds } from '../render/action.ts';
import { shotsAt } from '../shots-at.ts';

/** The frames in which a shot is seen alone, after its subject has landed. */
export function clearFrames(storyboard: Storyboard, shot: number): number[] {
  const { action, startSeconds = 0, endSeconds = 0 } = storyboard.shots[shot] ?? {};
  const { fps, frames } = storyboard;
  const ready = startSeconds + (action === 'drops_in' ? restSeconds : 0);
  const clear: number[] = [];
  for (let frame = Math.ceil(ready * fps); frame < Math.min(frames, Math.ceil(endSeconds * fps)); frame++) {
    const { shot: seen, next } = shotsAt(storyboard, frame / fps);
    if (seen === shot && next === undefined) clear.push(frame);
  }
  return clear;
}
