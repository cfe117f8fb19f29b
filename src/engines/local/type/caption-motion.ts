import type { CaptionCue } from './caption.ts';

/** How one line is shown at a moment. */
export interface LineState {
  opacity: number;
  /** How much of the line's height has come out of its mask, 0 to 1; absent without a mask. */
  clip?: number;
  /** How many of the line's letters stand, 0 to 1; absent where all do. */
  typed?: number;
  /** How far its letters are apart, from 1 where they start to 0 at rest. */
  tracking?: number;
}

const inSeconds = 0.45;
const outSeconds = 0.3;
const staggerSeconds = 0.09;
const hidden: LineState = { opacity: 0 };

/**
 * A line of a caption at a moment of the film. `rise`: each line comes up out of its own baseline; `type`: letter by
 * letter; `track`: the letters draw together; `fade`: nothing moves. It takes 0.45 s to come, each line a little after the one before,
 * and 0.3 s to go, all together. A cue too short for both gives each its share.
 */
export function captionAt(
  cue: CaptionCue,
  { seconds, line = 0, lines = 1 }: { seconds: number; line?: number; lines?: number },
): LineState {
  const { startSeconds, endSeconds, motion } = cue;
  const duration = endSeconds - startSeconds;
  const whole = inSeconds + outSeconds + staggerSeconds * (lines - 1);
  const pace = Math.min(1, duration / whole);
  const since = seconds - startSeconds;
  if (since < 0 || seconds >= endSeconds) return hidden;
  const going = 1 - easeIn(share(seconds, endSeconds - outSeconds * pace, endSeconds));
  const start = staggerSeconds * pace * line;
  const coming = share(since, start, start + inSeconds * pace);
  if (motion === 'type') return typing({ since, duration, line, lines, going });
  if (motion === 'rise') return rising(coming, going);
  if (motion === 'track') return { opacity: easeOut(coming) * going, tracking: 1 - settle(coming) };
  return { opacity: smooth(coming) * going };
}

function rising(coming: number, going: number): LineState {
  return { opacity: Math.min(1, coming * 4) * going, clip: settle(coming) };
}

/** All lines are typed within a second or a third of the cue, one after the other. */
function typing(options: {
  since: number;
  duration: number;
  line: number;
  lines: number;
  going: number;
}): LineState {
  const { since, duration, line, lines, going } = options;
  const all = Math.min(1, duration / 3);
  const typed = share(since, (all * line) / lines, (all * (line + 1)) / lines);
  return { opacity: going, typed };
}

/** How far `at` has come from one moment to another, 0 to 1. */
function share(at: number, from: number, to: number): number {
  if (to <= from) return at < from ? 0 : 1;
  return Math.min(1, Math.max(0, (at - from) / (to - from)));
}

const easeIn = (part: number) => part ** 2;
const easeOut = (part: number) => 1 - (1 - part) ** 2;
/** Fast, then long in coming to rest. */
const settle = (part: number) => 1 - (1 - part) ** 4;
const smooth = (part: number) => part * part * (3 - 2 * part);
