import { type Sound, soundRate } from '../../../media/media.ts';
import type { Beats } from '../understand/sound/beats.ts';
import { levelsOf, quantile, toMono } from '../understand/sound/mono.ts';
import { roomAnswer } from './room.ts';
import { addSound, cutOut, easeBetween, shape } from './stereo.ts';

/** Music from `fromSeconds` on, brought to an end after `seconds`. */
export function cutMusic(options: {
  source: Sound;
  beats: Beats;
  fromSeconds: number;
  seconds: number;
}): Sound {
  const { source, beats, fromSeconds, seconds } = options;
  const part = cutOut(source, { fromSeconds, seconds });
  const length = part.left.length / soundRate;
  // A kick on the first sample must keep its attack: this is just long enough not to click.
  shape(part, (at) => easeBetween(at, 0, 0.003));
  if (endsByItself(part)) {
    shape(part, (at) => 1 - easeBetween(at, length - 0.05, length));
    return part;
  }
  const stopSeconds = lastBeat({ beats, fromSeconds, seconds: length });
  return ringOut(part, { stopSeconds, beatSeconds: beats.bpm === 0 ? 0.5 : 60 / beats.bpm });
}

/** Whether the last tenth of a second is at least 30 dB below what is loud. */
function endsByItself(part: Sound): boolean {
  const levels = levelsOf(toMono(part), 0.05);
  const last = Math.max(...levels.slice(-2));
  return last <= quantile(levels, 0.9) * 0.03;
}

/** Time the last beat needs to ring. */
const leastRing = 1;

/**
 * The beat to end on, in seconds from the cut: the last downbeat that leaves time to ring but not an empty stretch,
 * else the last such beat, else where it must be.
 */
export function lastBeat(options: { beats: Beats; fromSeconds: number; seconds: number }): number {
  const { beats, fromSeconds, seconds } = options;
  const ring = Math.min(leastRing, seconds / 3);
  const within = (moments: readonly number[], most: number) =>
    moments
      .map((moment) => moment - fromSeconds)
      .findLast((moment) => moment > 0 && moment <= seconds - ring && moment >= seconds - most);
  return (
    within(beats.downbeatsSeconds, ring + 1.3) ?? within(beats.beatsSeconds, ring + 1) ?? seconds - ring - 0.3
  );
}

/** Lets the music stop after a beat's first hit while a room that only opened there carries it to the end. */
function ringOut(
  part: Sound,
  { stopSeconds, beatSeconds }: { stopSeconds: number; beatSeconds: number },
): Sound {
  const seconds = part.left.length / soundRate;
  const gone = Math.min(seconds - 0.05, stopSeconds + Math.max(0.35, beatSeconds * 0.95));
  shape(part, (at) => (1 - easeBetween(at, stopSeconds + 0.06, gone)) ** 1.5);
  const rest = seconds - stopSeconds;
  const opened = Math.max(0, stopSeconds - 0.4);
  const fed = cutOut(part, { fromSeconds: opened, seconds: seconds - opened });
  shape(fed, (at) => easeBetween(at, 0, stopSeconds - opened));
  const tail = roomAnswer(fed, { decaySeconds: 1.4 * rest, darkness: 0.35 });
  addSound(part, { source: tail, atSeconds: opened, gain: 0.8 });
  shape(part, (at) => 1 - easeBetween(at, seconds - Math.min(0.5, rest / 2), seconds - 0.005));
  return part;
}
