import type { Storyboard, Transition } from '../../domain/storyboard.ts';

/** What is seen at a moment of the film: one shot, or two while one gives way to the next. */
export interface VisibleShots {
  /** Index into `storyboard.shots`. */
  shot: number;
  next?: { shot: number; transition: Transition /** 0 to 1. */; linear: number };
}

export function shotsAt({ transitions, shots }: Storyboard, seconds: number): VisibleShots {
  const transition = transitions.find(
    ({ startSeconds, endSeconds }) => seconds >= startSeconds && seconds < endSeconds,
  );
  if (transition !== undefined) {
    const { to, startSeconds, endSeconds } = transition;
    const linear = (seconds - startSeconds) / (endSeconds - startSeconds);
    return { shot: to - 1, next: { shot: to, transition, linear } };
  }
  return {
    shot: Math.max(
      0,
      shots.findLastIndex(({ startSeconds }) => seconds >= startSeconds),
    ),
  };
}

/** When a shot is first seen, with the transition that leads to it. */
export function visibleFrom({ shots, transitions }: Storyboard, shot: number): number {
  return transitions.find(({ to }) => to === shot)?.startSeconds ?? shots[shot]?.startSeconds ?? 0;
}

/** How much of the time in which a shot is seen has passed, transitions included: 0 to 1. */
export function shareSeen(storyboard: Storyboard, shot: number, seconds: number): number {
  const { shots, transitions } = storyboard;
  const from = visibleFrom(storyboard, shot);
  const to =
    transitions.find((transition) => transition.to === shot + 1)?.endSeconds ??
    shots[shot]?.endSeconds ??
    from;
  return to <= from ? 0 : Math.min(1, Math.max(0, (seconds - from) / (to - from)));
}
