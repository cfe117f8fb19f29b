import { slackSeconds } from './adapt-reference.ts';
import type { Capabilities, Range, ReferenceLimits } from './capabilities.ts';
import type { Fault } from './errors.ts';
import { type MediaFacts, type MediaKind, mediaKinds } from './media-facts.ts';
import { referenceField } from './reference-field.ts';
import type { GenerationRequest, Reference } from './request.ts';

type Refuse = (pointer: string, message: string) => void;

/** What an engine cannot do with the references of a request: their number, length, form, and the way to it. */
export function refuseReferences(
  { references, endpoint }: GenerationRequest,
  given: { capabilities: Capabilities; engine: string; publicFiles: boolean },
): Fault[] {
  const { capabilities, engine, publicFiles } = given;
  const faults: Fault[] = [];
  const refuse: Refuse = (pointer, message) =>
    faults.push({ pointer, code: 'unsupported_by_engine', message });
  for (const kind of mediaKinds) {
    const ofKind = references.filter((reference) => reference.kind === kind);
    const least = capabilities.minReferences?.[kind] ?? 0;
    if (endpoint === 'reference-to-video' && ofKind.length < least)
      refuse(
        `/${referenceField[kind]}`,
        `The engine "${engine}" needs ${least} of kind ${kind}, not ${ofKind.length}.`,
      );
    if (ofKind.length === 0) continue;
    refuseTogether(ofKind, { capabilities, engine, kind, refuse });
    const ways = capabilities.travel?.[kind];
    if (ways?.every((way) => way === 'public_url') === true && !publicFiles)
      refuse(
        `/${referenceField[kind]}`,
        `The engine "${engine}" fetches ${kind}s from public addresses, and this server has none. Set KINORA_PUBLIC_URL to an address at which the provider reaches it.`,
      );
    for (const reference of ofKind) {
      const pointer = `/${referenceField[kind]}/${reference.position - 1}`;
      for (const fault of formFaults(reference, capabilities.references?.[kind] ?? {}))
        refuse(pointer, `${fault} (engine "${engine}")`);
    }
  }
  const { total } = capabilities.maxReferences;
  if (references.length > total)
    refuse('', `The engine "${engine}" takes ${total} references in all, not ${references.length}.`);
  const audioOnly = references.length > 0 && references.every((reference) => reference.kind === 'audio');
  if (audioOnly && !capabilities.audioAlone)
    refuse('/reference_audio', `The engine "${engine}" takes audio only beside an image or a video.`);
  return faults;
}

function refuseTogether(
  references: readonly Reference[],
  given: { capabilities: Capabilities; engine: string; kind: MediaKind; refuse: Refuse },
): void {
  const { capabilities, engine, kind, refuse } = given;
  const pointer = `/${referenceField[kind]}`;
  const most = capabilities.maxReferences[kind];
  if (references.length > most)
    refuse(pointer, `The engine "${engine}" takes ${most} ${kind}s, not ${references.length}.`);
  const limit = kind === 'image' ? undefined : capabilities.maxTotalSeconds[kind];
  const total = references.reduce((sum, { facts }) => sum + (facts.durationSeconds ?? 0), 0);
  if (limit !== undefined && total > limit + slackSeconds)
    refuse(
      pointer,
      `The ${kind}s last ${total.toFixed(1)} s together; the engine "${engine}" takes ${limit} s.`,
    );
}

/** 23.976 is called 24. */
const slackFps = 0.05;

function formFaults({ kind, position, facts }: Reference, limits: ReferenceLimits): string[] {
  const faults: string[] = [];
  const name = `${kind[0]?.toUpperCase()}${kind.slice(1)} ${position}`;
  const { contentTypes, seconds, sidePixels, framePixels, ratio } = limits;
  if (contentTypes !== undefined && !contentTypes.includes(facts.contentType))
    faults.push(`${name} is ${facts.contentType}; send ${contentTypes.join(' or ')}.`);
  const { durationSeconds: length, videoCodec } = facts;
  if (videoCodec !== undefined && limits.videoCodecs?.includes(videoCodec) === false)
    faults.push(`${name} is coded as ${videoCodec}; send ${limits.videoCodecs.join(' or ')}.`);
  if (seconds !== undefined && length !== undefined)
    if (length < seconds.least - slackSeconds || length > seconds.most + slackSeconds)
      faults.push(`${name} lasts ${length.toFixed(1)} s; send ${seconds.least} to ${seconds.most} s.`);
  const { fps } = facts;
  if (limits.fps !== undefined && fps !== undefined)
    if (fps < limits.fps.least - slackFps || fps > limits.fps.most + slackFps)
      faults.push(
        `${name} has ${Number(fps.toFixed(2))} frames a second; send ${limits.fps.least} to ${limits.fps.most}.`,
      );
  return [...faults, ...sizeFaults(name, facts, { sidePixels, framePixels, ratio })];
}

function sizeFaults(
  name: string,
  { width, height }: MediaFacts,
  { sidePixels, framePixels, ratio }: { [Name in 'sidePixels' | 'framePixels' | 'ratio']: Range | undefined },
): string[] {
  if (width === undefined || height === undefined) return [];
  const faults: string[] = [];
  const is = `${name} has ${width} × ${height} pixels`;
  if (sidePixels !== undefined && [width, height].some((side) => isOutside(side, sidePixels)))
    faults.push(`${is}; each side has to have ${sidePixels.least} to ${sidePixels.most}.`);
  if (framePixels !== undefined && isOutside(width * height, framePixels))
    faults.push(`${is}; together there have to be ${framePixels.least} to ${framePixels.most}.`);
  if (ratio !== undefined && isOutside(width / height, ratio))
    faults.push(`${is}; width by height has to be from ${ratio.least} to ${ratio.most}.`);
  return faults;
}

const isOutside = (value: number, { least, most }: Range) => value < least || value > most;
