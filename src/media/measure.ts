import type { Container } from './containers.ts';
import type { Inspected } from './inspection.ts';
import {
  highestFps,
  leastDecoded,
  longestSeconds,
  longestSide,
  mostFrames,
  mostPixels,
  mostStretch,
} from './limits.ts';
import type { ProbedFacts, ProbeResult } from './media.ts';
import type { Mp4Index } from './mp4-boxes.ts';
import type { Upright } from './upright.ts';

interface Totals {
  videoCodec?: string;
  audioCodec?: string;
  claimedSeconds: number;
  first?: { width: number; height: number; pixelAspect: number; atSeconds: number };
  frames: number;
  /** When the last picture begins, and how long it lasts if the file says. */
  lastAtSeconds: number;
  lastLastsSeconds: number;
  soundSeconds: number;
}

/** Adds up what a child meets and judges it. */
export interface Measure {
  /** A reason to stop at once, if there is one. */
  add(found: Inspected): string | undefined;
  /** The verdict, once all of it was added. Undefined: nothing was decoded, and why is not known here. */
  result(): ProbeResult | undefined;
}

export function startMeasure(file: { container: Container; upright: Upright; index?: Mp4Index }): Measure {
  const totals: Totals = {
    claimedSeconds: 0,
    frames: 0,
    lastAtSeconds: 0,
    lastLastsSeconds: 0,
    soundSeconds: 0,
  };
  return {
    add: (found) => addUp(totals, found),
    result: () => judge(totals, file),
  };
}

function addUp(totals: Totals, found: Inspected): string | undefined {
  switch (found.type) {
    case 'stream':
      if (!found.allowed) return `its ${found.kind} codec, ${found.codec}, is not opened here`;
      totals[`${found.kind}Codec`] = found.codec;
      return undefined;
    case 'claim':
      totals.claimedSeconds = found.seconds;
      return undefined;
    case 'damage':
      // If nothing at all was decoded, the decoder has said why, which is the better reason.
      if (totals.frames === 0 && totals.soundSeconds === 0) return undefined;
      return found.badPackets > found.packets * (1 - leastDecoded)
        ? `${Math.round((found.badPackets / found.packets) * 100)} % of it is damaged`
        : undefined;
    case 'sound':
      totals.soundSeconds += found.seconds;
      return totals.soundSeconds > longestSeconds ? tooLong : undefined;
    case 'picture':
      return addPicture(totals, found);
  }
}

const tooFast = `it has more than ${highestFps} pictures a second`;
const tooLong = `it is longer than ${longestSeconds / 60} minutes`;

function addPicture(totals: Totals, found: Inspected & { type: 'picture' }): string | undefined {
  const { width, height, pixelAspect, lastsSeconds } = found;
  if (Math.max(width, height) > longestSide || width * height > mostPixels)
    return `its picture of ${width} x ${height} pixels is larger than is opened here`;
  const atSeconds = found.atSeconds ?? totals.lastAtSeconds + totals.lastLastsSeconds;
  totals.first ??= { width, height, pixelAspect, atSeconds };
  totals.frames += 1;
  totals.lastAtSeconds = Math.max(atSeconds, totals.lastAtSeconds);
  totals.lastLastsSeconds = lastsSeconds;
  const passed = atSeconds - totals.first.atSeconds;
  if (passed > longestSeconds) return tooLong;
  if (totals.frames > mostFrames) return `it has more than ${mostFrames} pictures`;
  if (totals.frames > highestFps && totals.frames > passed * highestFps) return tooFast;
  return undefined;
}

function judge(
  totals: Totals,
  { container, upright, index }: { container: Container; upright: Upright; index?: Mp4Index },
): ProbeResult | undefined {
  const { first, frames, soundSeconds } = totals;
  if (frames === 0 && soundSeconds === 0) return undefined;
  if (frames === 0 && totals.videoCodec !== undefined)
    return { status: 'unreadable', reason: 'none of its pictures can be decoded' };
  const size = first === undefined ? undefined : shownSize(first, upright);
  if (container.kind === 'image')
    return (
      size && { status: 'readable', facts: { kind: 'image', contentType: container.contentType, ...size } }
    );
  const videoSeconds = first === undefined ? 0 : pictureSeconds(totals, first.atSeconds);
  const speed = speedFault(frames, videoSeconds);
  if (speed !== undefined) return { status: 'unreadable', reason: speed };
  const shortfall = shortfallOf(totals, videoSeconds, container, index);
  if (shortfall !== undefined) return { status: 'unreadable', reason: shortfall };
  const sound: Partial<ProbedFacts> =
    totals.audioCodec === undefined || soundSeconds === 0
      ? {}
      : { audioCodec: totals.audioCodec, audioDurationSeconds: rounded(soundSeconds) };
  const start = index === undefined ? {} : { fastStart: index.fastStart };
  if (size === undefined || totals.videoCodec === undefined)
    return {
      status: 'readable',
      facts: {
        kind: 'audio',
        contentType: container.soundContentType ?? container.contentType,
        durationSeconds: rounded(soundSeconds),
        ...sound,
        ...start,
      },
    };
  return {
    status: 'readable',
    facts: {
      kind: 'video',
      contentType: container.contentType,
      ...size,
      durationSeconds: rounded(videoSeconds),
      fps: videoSeconds > 0 ? rounded(frames / videoSeconds) : 0,
      frames,
      videoCodec: totals.videoCodec,
      ...sound,
      ...start,
    },
  };
}

// What `add` lets pass on the way: a single picture of ten hours, or a few within a blink.
function speedFault(frames: number, videoSeconds: number): string | undefined {
  if (videoSeconds > longestSeconds) return tooLong;
  if (frames > 1 && frames > videoSeconds * highestFps) return tooFast;
  return undefined;
}

function shownSize(
  { width, height, pixelAspect }: { width: number; height: number; pixelAspect: number },
  upright: Upright,
): { width: number; height: number } {
  const believed = Math.min(Math.max(pixelAspect, 1 / mostStretch), mostStretch);
  const wide = Math.max(1, Math.round(width * believed));
  return upright.swapsSides ? { width: height, height: wide } : { width: wide, height };
}

// From the first picture to the end of the last. Where the file does not say how long that is shown, it is as
// long as the others on average.
function pictureSeconds({ frames, lastAtSeconds, lastLastsSeconds }: Totals, firstAtSeconds: number): number {
  const passed = lastAtSeconds - firstAtSeconds;
  if (lastLastsSeconds > 0) return passed + lastLastsSeconds;
  return frames > 1 ? (passed * frames) / (frames - 1) : 0;
}

function shortfallOf(
  totals: Totals,
  videoSeconds: number,
  container: Container,
  index: Mp4Index | undefined,
): string | undefined {
  const { soundSeconds, claimedSeconds } = totals;
  const checks: [decoded: number, claimed: number][] = container.statesLength
    ? [[Math.max(videoSeconds, soundSeconds), claimedSeconds]]
    : [];
  for (const { kind, seconds } of index?.tracks ?? [])
    if (kind !== 'other') checks.push([kind === 'video' ? videoSeconds : soundSeconds, seconds]);
  const short = checks.find(([decoded, claimed]) => decoded < claimed * leastDecoded - slackSeconds);
  return short && `only ${short[0].toFixed(1)} of its ${short[1].toFixed(1)} seconds can be decoded`;
}

// One frame at ten a second: containers round their own length.
const slackSeconds = 0.1;

const rounded = (value: number) => Math.round(value * 1e6) / 1e6;
