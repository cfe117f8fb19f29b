import type { Storyboard } from '../../../domain/storyboard.ts';
import { landingSeconds } from '../render/action.ts';
import { shotsAt } from '../shots-at.ts';

/** A subject that drops in rebounds once before it rests. */
const reboundSeconds = 0.25;

/** The frames in which a shot is seen alone, after its subject has landed. */
export function clearFrames(storyboard: Storyboard, shot: number): number[] {
  const { action, startSeconds = 0, endSeconds = 0 } = storyboard.shots[shot] ?? {};
  const { fps, frames } = storyboard;
  const ready = startSeconds + (action === 'drops_in' ? landingSeconds + reboundSeconds : 0);
  const clear: number[] = [];
  for (let frame = Math.ceil(ready * fps); frame < Math.min(frames, Math.ceil(endSeconds * fps)); frame++) {
    const { shot: seen, next } = shotsAt(storyboard, frame / fps);
    if (seen === shot && next === undefined) clear.push(frame);
  }
  return clear;
}
