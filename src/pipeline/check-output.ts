import { blackLuma, type Check, stretchesOf } from '../domain/check.ts';
import type { MediaFacts } from '../domain/media-facts.ts';
import type { Plan } from '../domain/plan.ts';
import type { Media } from '../media/media.ts';

/** What any engine's video must be: a video of the size and with the sound that was planned. */
type Decoders = Pick<Media, 'decodeVideo' | 'decodeAudio'>;

export function factChecks(plan: Plan, facts: MediaFacts): Check[] {
  const { width, height, durationSeconds = 0, videoCodec, audioCodec } = facts;
  const isVideo = facts.kind === 'video';
  const isSize = width === plan.width && height === plan.height;
  const isHeard = (audioCodec !== undefined) === plan.generateAudio;
  const isLong = Math.abs(durationSeconds - plan.durationSeconds) <= toleratedSeconds;
  return [
    {
      name: 'size',
      status: isVideo && isSize ? 'passed' : 'failed',
      message: !isVideo
        ? `It is ${facts.contentType}, not a video.`
        : `It is ${width}×${height}${isSize ? '' : `, not ${plan.width}×${plan.height}`}.`,
    },
    {
      name: 'codecs',
      status: isHeard ? 'passed' : 'failed',
      message: isHeard
        ? `It holds ${videoCodec} and ${audioCodec ?? 'no sound'}.`
        : plan.generateAudio
          ? 'It has no sound.'
          : 'It has sound, which was not wanted.',
    },
    {
      name: 'duration',
      // Far too short ends in no charge at all; what is charged follows what was measured.
      status: isLong ? 'passed' : 'warning',
      message: `It lasts ${durationSeconds} s of ${plan.durationSeconds} s.`,
      measured: durationSeconds,
      limit: plan.durationSeconds,
    },
  ];
}

const toleratedSeconds = 0.5;

/**
 * Looks a video over whose engine did not do so itself, knowing nothing of what it should show: what is black, still
 * or silent may be meant, so all of it is for a person to judge.
 */
export async function lookOver(media: Decoders, path: string, facts: MediaFacts): Promise<Check[]> {
  const seconds = facts.durationSeconds ?? 0;
  const [lumas, sound] = await Promise.all([
    smallLumas(media, path, seconds),
    facts.audioCodec === undefined ? undefined : media.decodeAudio(path, { maxSeconds: seconds + 1 }),
  ]);
  return [blackCheck(lumas), frozenCheck(lumas), ...(sound === undefined ? [] : [soundCheck(sound)])];
}

const fps = 24;
const side = 64;

async function smallLumas(media: Decoders, path: string, seconds: number): Promise<Uint8Array[]> {
  const lumas: Uint8Array[] = [];
  const decoding = { width: side, height: side, fps, startSeconds: 0, seconds };
  for await (const rgba of media.decodeVideo(path, decoding))
    lumas.push(
      Uint8Array.from({ length: side * side }, (_, index) => {
        const [red = 0, green = 0, blue = 0] = rgba.subarray(index * 4, index * 4 + 3);
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      }),
    );
  return lumas;
}

function blackCheck(lumas: readonly Uint8Array[]): Check {
  const means = lumas.map((luma) => luma.reduce((sum, value) => sum + value, 0) / (255 * luma.length));
  const [stretch] = stretchesOf(means.length, {
    holds: (frame) => (means[frame] ?? 0) < blackLuma,
    least: 3,
  });
  return {
    name: 'black',
    status: stretch === undefined ? 'passed' : 'warning',
    message: stretch === undefined ? 'It is nowhere black.' : `It is black ${when(stretch)}.`,
    measured: Math.min(...means),
    limit: blackLuma,
  };
}

/** A second without any change. */
const longestStill = 24;

function frozenCheck(lumas: readonly Uint8Array[]): Check {
  const [stretch] = stretchesOf(lumas.length - 1, {
    holds: (frame) => mostChange(lumas[frame], lumas[frame + 1]) <= 1,
    least: longestStill,
  });
  return {
    name: 'frozen',
    status: stretch === undefined ? 'passed' : 'warning',
    message: stretch === undefined ? 'It moves throughout.' : `It stands still ${when(stretch)}.`,
    limit: longestStill,
    ...(stretch === undefined ? {} : { measured: stretch.to - stretch.from }),
  };
}

const when = ({ from, to }: { from: number; to: number }) =>
  `from ${(from / fps).toFixed(2)} s to ${(to / fps).toFixed(2)} s`;

function mostChange(one: Uint8Array | undefined, other: Uint8Array | undefined): number {
  if (one === undefined || other === undefined) return 0;
  return one.reduce((most, value, index) => Math.max(most, Math.abs(value - (other[index] ?? 0))), 0);
}

const silentBelowDb = -50;

function soundCheck({ left, right }: { left: Float32Array; right: Float32Array }): Check {
  const energy = [left, right].map((channel) => channel.reduce((sum, sample) => sum + sample * sample, 0));
  const power = ((energy[0] ?? 0) + (energy[1] ?? 0)) / (2 * left.length);
  const levelDb = 10 * Math.log10(power);
  const isHeard = levelDb > silentBelowDb;
  return {
    name: 'sound',
    status: isHeard ? 'passed' : 'warning',
    message: isHeard ? `Its sound is at ${levelDb.toFixed(1)} dBFS.` : 'It has a sound track, but is silent.',
    limit: silentBelowDb,
    // JSON has no infinity, which is how loud silence is.
    ...(Number.isFinite(levelDb) ? { measured: levelDb } : {}),
  };
}
