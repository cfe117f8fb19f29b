import type { Storyboard } from '../../../domain/storyboard.ts';

/**
 * The frames that stand for a shot, from soon after its start to shortly before its end, while nothing of its
 * neighbours is seen; at least one.
 */
export function momentsOf(storyboard: Storyboard, shot: number, count: number): number[] {
  const { shots, transitions, captions, fps, frames } = storyboard;
  const { startSeconds = 0, endSeconds = 0 } = shots[shot] ?? {};
  const from = transitions.find(({ to }) => to === shot)?.endSeconds ?? startSeconds;
  const until = transitions.find(({ to }) => to === shot + 1)?.startSeconds ?? endSeconds;
  const moments = Array.from({ length: count }, (_, index) => {
    const share = count === 1 ? 0.5 : inset + ((1 - 2 * inset) * index) / (count - 1);
    const seconds = settled(from + share * Math.max(0, until - from), { captions, from, until });
    const frame = Math.round(seconds * fps);
    return Math.min(frames - 1, Math.max(0, frame));
  });
  return [...new Set(moments)];
}

/** Share of a shot at both ends: what drops in has arrived by then. */
const inset = 0.14;

/** How long a caption is on its way in, and out. */
const arrivalSeconds = 0.9;
const leavingSeconds = 0.35;

/** A little later where a caption is just coming, a little earlier where one is leaving. */
function settled(
  seconds: number,
  { captions, from, until }: { captions: Storyboard['captions']; from: number; until: number },
): number {
  const moments = captions.flatMap(({ startSeconds, endSeconds }) => {
    if (seconds <= startSeconds || seconds >= endSeconds) return [];
    if (seconds < startSeconds + arrivalSeconds) return [Math.min(startSeconds + arrivalSeconds, endSeconds)];
    return seconds > endSeconds - leavingSeconds ? [endSeconds - leavingSeconds] : [];
  });
  return moments.find((moment) => moment >= from && moment < until) ?? seconds;
}
