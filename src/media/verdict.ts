import type { Container } from './containers.ts';
import { highestFps, leastDecoded, longestSeconds, mostStretch } from './limits.ts';
import type { ProbedFacts, ProbeResult } from './media.ts';
import type { Mp4Index } from './mp4-boxes.ts';
import { type Totals, tooFast, tooLong } from './totals.ts';
import type { Upright } from './upright.ts';

/** What is known of the file beside what was decoded. */
export interface MeasuredFile {
  container: Container;
  upright: Upright;
  index?: Mp4Index;
}

/** Judges a file once everything was added up. Undefined: nothing was decoded, and why is not known here. */
export function verdict(totals: Totals, file: MeasuredFile): ProbeResult | undefined {
  const { first, frames, soundSeconds, videoCodec } = totals;
  if (frames === 0 && soundSeconds === 0) return undefined;
  if (file.container.kind === 'image') return first && { status: 'readable', facts: imageFacts(first, file) };
  const videoSeconds = first === undefined ? 0 : pictureSeconds(totals, first.atSeconds);
  const reason =
    (frames === 0 && videoCodec !== undefined ? 'none of its pictures can be decoded' : undefined) ??
    clockFault(frames, videoSeconds) ??
    shortfall(totals, videoSeconds, file);
  if (reason !== undefined) return { status: 'unreadable', reason };
  const facts =
    first === undefined || videoCodec === undefined
      ? soundFacts(totals, file)
      : filmFacts({ totals, first, videoCodec, videoSeconds, file });
  return { status: 'readable', facts };
}

type First = NonNullable<Totals['first']>;

function imageFacts(first: First, { container, upright }: MeasuredFile): ProbedFacts {
  // A photo's resolution in two directions is a remark for printers, not a shape of its pixels.
  const size = shownSize({ ...first, pixelAspect: 1 }, upright);
  return { kind: 'image', contentType: container.contentType, ...size };
}

function soundFacts(totals: Totals, file: MeasuredFile): ProbedFacts {
  const { contentType, soundContentType = contentType } = file.container;
  const durationSeconds = rounded(totals.soundSeconds);
  return {
    kind: 'audio',
    contentType: soundContentType,
    durationSeconds,
    ...ofSound(totals),
    ...ofIndex(file),
  };
}

function filmFacts(film: {
  totals: Totals;
  first: First;
  videoCodec: string;
  videoSeconds: number;
  file: MeasuredFile;
}): ProbedFacts {
  const { totals, first, videoCodec, videoSeconds, file } = film;
  return {
    kind: 'video',
    contentType: file.container.contentType,
    ...shownSize(first, file.upright),
    durationSeconds: rounded(videoSeconds),
    fps: videoSeconds > 0 ? rounded(totals.frames / videoSeconds) : 0,
    frames: totals.frames,
    videoCodec,
    ...ofSound(totals),
    ...ofIndex(file),
  };
}

function ofSound({ audioCodec, soundSeconds }: Totals): Partial<ProbedFacts> {
  return audioCodec === undefined || soundSeconds === 0
    ? {}
    : { audioCodec, audioDurationSeconds: rounded(soundSeconds) };
}

const ofIndex = ({ index }: MeasuredFile) => (index === undefined ? {} : { fastStart: index.fastStart });

function shownSize({ width, height, pixelAspect }: First, { swapsSides }: Upright) {
  const believed = Math.min(Math.max(pixelAspect, 1 / mostStretch), mostStretch);
  const wide = Math.max(1, Math.round(width * believed));
  return swapsSides ? { width: height, height: wide } : { width: wide, height };
}

// From the first picture to the end of the last. Where the file does not say how long that is shown, it is as
// long as the others on average.
function pictureSeconds({ frames, lastAtSeconds, lastLastsSeconds }: Totals, firstAtSeconds: number): number {
  const passed = lastAtSeconds - firstAtSeconds;
  if (lastLastsSeconds > 0) return passed + lastLastsSeconds;
  return frames > 1 ? (passed * frames) / (frames - 1) : 0;
}

// What passes while it is added up: a single picture of ten hours, or a few within a blink.
function clockFault(frames: number, videoSeconds: number): string | undefined {
  if (videoSeconds > longestSeconds) return tooLong;
  return frames > 1 && frames > videoSeconds * highestFps ? tooFast : undefined;
}

// Containers round their own length.
const slackSeconds = 0.1;

function shortfall(
  totals: Totals,
  videoSeconds: number,
  { container, index }: MeasuredFile,
): string | undefined {
  const { soundSeconds, claimedSeconds } = totals;
  const claims: [decoded: number, claimed: number][] = [];
  if (container.statesLength) claims.push([Math.max(videoSeconds, soundSeconds), claimedSeconds]);
  for (const { kind, seconds } of index?.tracks ?? [])
    if (kind !== 'other') claims.push([kind === 'video' ? videoSeconds : soundSeconds, seconds]);
  const short = claims.find(([decoded, claimed]) => decoded < claimed * leastDecoded - slackSeconds);
  return short && `only ${short[0].toFixed(1)} of its ${short[1].toFixed(1)} seconds can be decoded`;
}

const rounded = (value: number) => Math.round(value * 1e6) / 1e6;
