import type { Adaptation } from './adaptation.ts';
import type { Range, ReferenceLimits } from './capabilities.ts';
import type { MediaFacts, MediaKind } from './media-facts.ts';
import type { Reference } from './request.ts';

/** What each kind can be turned into here. */
const formats: Record<MediaKind, string> = { image: 'image/jpeg', video: 'video/mp4', audio: 'audio/wav' };

/** More than that, and what an engine sees is mostly invented. */
const mostEnlarged = 4;

/**
 * What has to be done to a reference so that an engine takes it; undefined where nothing has, or nothing helps. `shape` is
 * the size whose shape it has to have, if any. Pure: the file itself is changed when it is sent.
 */
export function adaptReference(
  reference: Pick<Reference, 'kind' | 'position' | 'facts'>,
  limits: ReferenceLimits,
  shape?: { width: number; height: number },
): Adaptation | undefined {
  const { kind, position, facts } = reference;
  const contentType = formats[kind];
  if (limits.contentTypes !== undefined && !limits.contentTypes.includes(contentType)) return undefined;
  const size = sizeFor(facts, limits, shape);
  if (size === 'impossible') return undefined;
  const seconds = secondsFor(facts, limits);
  const isForeign =
    limits.contentTypes?.includes(facts.contentType) === false ||
    (facts.videoCodec !== undefined && limits.videoCodecs?.includes(facts.videoCodec) === false);
  if (!isForeign && size === undefined && seconds === undefined) return undefined;
  return {
    kind,
    position,
    contentType,
    ...(size ?? ownSize(facts)),
    ...(seconds === undefined ? {} : { seconds }),
  };
}

/** The reference as the engine will get it. */
export function adaptedFacts(facts: MediaFacts, adaptation: Adaptation): MediaFacts {
  const { contentType, width, height, seconds } = adaptation;
  const adapted: MediaFacts = { ...facts, contentType };
  if (width !== undefined && height !== undefined) Object.assign(adapted, { width, height });
  if (seconds !== undefined) adapted.durationSeconds = seconds;
  if (facts.kind === 'video') adapted.videoCodec = 'h264';
  if (facts.audioCodec !== undefined) adapted.audioCodec = facts.kind === 'video' ? 'aac' : 'pcm_s16le';
  if (facts.audioDurationSeconds !== undefined && seconds !== undefined)
    adapted.audioDurationSeconds = Math.min(facts.audioDurationSeconds, seconds);
  return adapted;
}

/** What is told of it. */
export function adaptationMessage(
  { kind, position, facts }: Pick<Reference, 'kind' | 'position' | 'facts'>,
  adaptation: Adaptation,
): string {
  const { contentType, width, height, cut, seconds } = adaptation;
  const number = (value: number) => value.toLocaleString('en');
  const changes: string[] = [];
  if (contentType !== facts.contentType) changes.push(`turned from ${facts.contentType} into ${contentType}`);
  else if (facts.kind === 'video' && facts.videoCodec !== 'h264')
    changes.push(`turned from ${facts.videoCodec} into h264`);
  if (width !== undefined && height !== undefined && (width !== facts.width || height !== facts.height))
    changes.push(
      `${cut === true ? 'cut at its centre and ' : ''}scaled from ${number(facts.width ?? 0)} × ${number(facts.height ?? 0)} to ${number(width)} × ${number(height)} pixels`,
    );
  if (seconds !== undefined)
    changes.push(`shortened from ${(facts.durationSeconds ?? 0).toFixed(1)} s to its first ${seconds} s`);
  const name = `${kind[0]?.toUpperCase()}${kind.slice(1)} ${position}`;
  const list = changes.length > 0 ? changes.join(', ') : `coded anew as ${contentType}`;
  return `${name} is ${list} on its way to the engine; your file stays as it is.`;
}

function ownSize({ kind, width, height }: MediaFacts): { width?: number; height?: number } {
  if (width === undefined || height === undefined) return {};
  return kind === 'video' ? { width: even(width), height: even(height) } : { width, height };
}

/** A film has whole pairs of pixels. */
const even = (side: number) => Math.max(2, 2 * Math.round(side / 2));

function secondsFor({ durationSeconds }: MediaFacts, { seconds }: ReferenceLimits): number | undefined {
  if (seconds === undefined || durationSeconds === undefined) return undefined;
  return durationSeconds > seconds.most + slackSeconds ? seconds.most : undefined;
}

/** Lengths are measured in frames and samples, so a clip of "15 s" may last a little longer. */
export const slackSeconds = 0.1;

/** How far from a wanted shape is near enough. */
const shapeTolerance = 0.01;

type Size = { width: number; height: number; cut?: true };

function sizeFor(
  { kind, width, height }: MediaFacts,
  limits: ReferenceLimits,
  shape: { width: number; height: number } | undefined,
): Size | 'impossible' | undefined {
  if (width === undefined || height === undefined) return undefined;
  if (shape !== undefined) {
    const off = Math.abs((width * shape.height) / (height * shape.width) - 1);
    if (off > shapeTolerance) return { width: shape.width, height: shape.height, cut: true };
  }
  const fits = (size: Size) =>
    isWithin(size.width, limits.sidePixels) &&
    isWithin(size.height, limits.sidePixels) &&
    isWithin(size.width * size.height, limits.framePixels);
  if (fits({ width, height })) return undefined;
  const scale = scaleFor({ width, height }, limits);
  const size = scaled({ width, height }, scale, kind);
  return scale <= mostEnlarged && fits(size) ? size : 'impossible';
}

const isWithin = (value: number, range: Range | undefined) =>
  range === undefined || (value >= range.least && value <= range.most);

/** The least change that brings sides and pixels within their limits, if they do not contradict each other. */
function scaleFor(
  { width, height }: { width: number; height: number },
  { sidePixels, framePixels }: ReferenceLimits,
): number {
  const most = Math.min(
    (sidePixels?.most ?? Number.POSITIVE_INFINITY) / Math.max(width, height),
    Math.sqrt((framePixels?.most ?? Number.POSITIVE_INFINITY) / (width * height)),
  );
  const least = Math.max(
    (sidePixels?.least ?? 0) / Math.min(width, height),
    Math.sqrt((framePixels?.least ?? 0) / (width * height)),
  );
  return Math.max(least, Math.min(1, most));
}

/** Smaller is rounded down and larger up, so that rounding never leaves the limits again. */
function scaled({ width, height }: { width: number; height: number }, scale: number, kind: MediaKind): Size {
  const step = kind === 'video' ? 2 : 1;
  const round = scale < 1 ? Math.floor : Math.ceil;
  const side = (value: number) =>
    Math.max(step, round((value * scale) / step - (scale < 1 ? 0 : 1e-9)) * step);
  return { width: side(width), height: side(height) };
}
