import { findShift } from './find-shift.ts';
import type { FollowedMotion } from './follow-motion.ts';
import { colourDistance, type FrameLook } from './frame-look.ts';
import { medianOf } from './median.ts';

/** One frame with what happened since the frame before. */
export interface SeenFrame {
  look: FrameLook;
  since: FollowedMotion;
}

/** A cut leaves hardly a place of the picture to follow. */
const mostFollowed = 0.4;
/** How far around a moment is asked what is usual there. */
const neighbours = 6;
/** The longest flash, in frames: a quarter of a second. */
const longestFlash = 6;

/**
 * Indexes of the frames that begin a new shot. A hard cut is a frame where nothing can be followed from the frame
 * before, that differs by far more than its neighbours do (a whip pan differs at every frame), and that no frame
 * shortly before resembles (after a flash the same picture comes back). Dissolves and fades are not cuts: there is no
 * frame at which they happen.
 */
export function findCuts(frames: readonly SeenFrame[]): number[] {
  const changes = frames.map((frame, index) => changeAt(frame, frames[index - 1]));
  return frames.flatMap(({ since }, index) => {
    if (index === 0 || since.confidence > mostFollowed) return [];
    const change = changes[index] ?? 0;
    const around = [
      ...changes.slice(Math.max(1, index - neighbours), index),
      ...changes.slice(index + 1, index + 1 + neighbours),
    ];
    if (change < 1 || change < 3 * medianOf(around) || isFlash(frames, index)) return [];
    return [index];
  });
}

/** 1 and more: another picture, by its structure or by its colours. */
function changeAt({ look, since }: SeenFrame, before: SeenFrame | undefined): number {
  if (before === undefined) return 0;
  return Math.max((1 - since.likeness) / 0.2, colourDistance(before.look, look) / 0.25);
}

function isFlash(frames: readonly SeenFrame[], index: number): boolean {
  const before = frames.slice(Math.max(0, index - longestFlash), index);
  const after = frames.slice(index, index + longestFlash);
  return before.some(({ look }) => after.some((other) => isSamePicture(look, other.look)));
}

function isSamePicture(one: FrameLook, other: FrameLook): boolean {
  // Two blank frames are alike without showing the same.
  if (one.contrast < 0.02 || other.contrast < 0.02) return false;
  return colourDistance(one, other) < 0.3 && findShift(one.small, other.small).likeness > 0.9;
}
