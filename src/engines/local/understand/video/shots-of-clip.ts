import type { MotionSample } from './motion-samples.ts';
import type { ClipReading } from './read-clip.ts';

export interface Stretch {
  startSeconds: number;
  endSeconds: number;
}

type Timed = Pick<ClipReading, 'seconds' | 'cutsSeconds' | 'fps' | 'motion'>;

/** The parts of a clip between its cuts, in order. */
export function shotsOfClip({ seconds, cutsSeconds }: Pick<Timed, 'seconds' | 'cutsSeconds'>): Stretch[] {
  const edges = [0, ...cutsSeconds, seconds];
  return edges.slice(1).map((endSeconds, index) => ({ startSeconds: edges[index] ?? 0, endSeconds }));
}

/** The first of the longest. */
export function longestShot(reading: Pick<Timed, 'seconds' | 'cutsSeconds'>): Stretch {
  const [first = { startSeconds: 0, endSeconds: reading.seconds }, ...others] = shotsOfClip(reading);
  return others.reduce((best, shot) => (lengthOf(shot) > lengthOf(best) + 1e-9 ? shot : best), first);
}

/** The samples of the frames shown within a stretch. */
export function samplesWithin({ motion, fps }: Timed, { startSeconds, endSeconds }: Stretch): MotionSample[] {
  return motion.slice(Math.max(0, Math.round(startSeconds * fps)), Math.round(endSeconds * fps));
}

export const lengthOf = ({ startSeconds, endSeconds }: Stretch) => endSeconds - startSeconds;
