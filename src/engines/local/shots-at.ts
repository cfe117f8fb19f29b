import { ease } from './camera-path.ts';
import type { Storyboard } from './storyboard.ts';

export interface VisibleShot {
  /** Index into `storyboard.shots`. */
  shot: number;
  /** 0 to 1; the first visible shot is always opaque. */
  opacity: number;
  /** How far it has turned towards the neighbouring view, 0 to 1. */
  turn: number;
}

/** What is seen at a moment of the film: one shot, or two while one dissolves into the next. */
export function shotsAt(storyboard: Storyboard, seconds: number): [VisibleShot, VisibleShot?] {
  const crossing = storyboard.transitions.find(
    ({ startSeconds, endSeconds }) => seconds > startSeconds && seconds < endSeconds,
  );
  if (crossing !== undefined) {
    const linear = (seconds - crossing.startSeconds) / (crossing.endSeconds - crossing.startSeconds);
    const amount = ease(linear);
    const turns = crossing.kind === 'turn' ? 1 : 0;
    return [
      { shot: crossing.to - 1, opacity: 1, turn: turns * amount },
      { shot: crossing.to, opacity: amount, turn: turns * (1 - amount) },
    ];
  }
  const index = storyboard.shots.findLastIndex(({ startSeconds }) => seconds >= startSeconds);
  return [{ shot: Math.max(0, index), opacity: 1, turn: 0 }];
}
