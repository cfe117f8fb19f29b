import type { Check } from '../../../domain/check.ts';
import type { Storyboard } from '../../../domain/storyboard.ts';
import type { ProbedFacts, ProbeResult } from '../../../media/media.ts';
import { filmSeconds } from './finished-film.ts';

/** What the file itself must be: readable, as long and as large as promised, coded for every player, ready to stream. */
export function fileChecks(probed: ProbeResult, storyboard: Storyboard): Check[] {
  if (probed.status === 'unreadable')
    return [{ name: 'codecs', status: 'failed', message: `The film cannot be read: ${probed.reason}.` }];
  const { facts } = probed;
  return [duration(facts, storyboard), size(facts, storyboard), codecs(facts, storyboard), fastStart(facts)];
}

function duration({ durationSeconds = 0, frames = 0 }: ProbedFacts, storyboard: Storyboard): Check {
  const seconds = filmSeconds(storyboard);
  const off = Math.abs(durationSeconds - seconds);
  const limit = 0.5 / storyboard.fps;
  const isRight = off <= limit && frames === storyboard.frames;
  return {
    name: 'duration',
    status: isRight ? 'passed' : 'failed',
    message: isRight
      ? `It lasts ${seconds} s in ${frames} frames.`
      : `It lasts ${Number(durationSeconds.toFixed(3))} s in ${frames} frames instead of ${seconds} s in ${storyboard.frames}.`,
    measured: durationSeconds,
    limit: seconds,
  };
}

function size({ width, height }: ProbedFacts, storyboard: Storyboard): Check {
  const isRight = width === storyboard.width && height === storyboard.height;
  const promised = `${storyboard.width}×${storyboard.height}`;
  return {
    name: 'size',
    status: isRight ? 'passed' : 'failed',
    message: isRight ? `It is ${promised}.` : `It is ${width}×${height} instead of ${promised}.`,
  };
}

function codecs({ videoCodec, audioCodec }: ProbedFacts, { sound }: Storyboard): Check {
  const promised = sound.length === 0 ? undefined : 'aac';
  const isRight = videoCodec === 'h264' && audioCodec === promised;
  const named = (codec: string | undefined) => codec ?? 'no sound';
  return {
    name: 'codecs',
    status: isRight ? 'passed' : 'failed',
    message: isRight
      ? `It holds h264 and ${named(audioCodec)}.`
      : `It holds ${videoCodec ?? 'no picture'} and ${named(audioCodec)} instead of h264 and ${named(promised)}.`,
  };
}

const fastStart = ({ fastStart }: ProbedFacts): Check => ({
  name: 'fast_start',
  status: fastStart === true ? 'passed' : 'failed',
  message:
    fastStart === true
      ? 'Its index stands first.'
      : 'Its index stands behind the media: playback begins late.',
});
