import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Client, RequestBodies } from '../client/index.ts';
import type { MediaKind } from '../domain/media-facts.ts';
import {
  type AspectRatio,
  aspectRatios,
  type EndpointName,
  type ReferenceRole,
  referenceRoles,
} from '../domain/request.ts';
import type { Storyboard } from '../domain/storyboard.ts';
import type { Option, OptionValues } from './command.ts';
import { UsageError } from './exit-codes.ts';

/** What a request for one video is made of, besides its prompt. */
export const requestOptions = {
  image: {
    type: 'string',
    short: 'i',
    multiple: true,
    value: 'FILE',
    help: 'an image: path or URL, or role=path as in style=brand.jpg',
  },
  video: { type: 'string', short: 'v', multiple: true, value: 'FILE', help: 'a video' },
  audio: { type: 'string', short: 'a', multiple: true, value: 'FILE', help: 'an audio clip' },
  'first-frame': { type: 'string', value: 'FILE', help: 'the image that the video begins with' },
  duration: { type: 'string', short: 'd', value: 'SECONDS', help: '4 to 15; 5 by default' },
  ratio: { type: 'string', short: 'r', value: 'RATIO', help: '16:9 (default), 9:16 or 1:1' },
  seed: {
    type: 'string',
    value: 'NUMBER',
    help: 'the same request with the same seed gives the same video',
  },
  silent: { type: 'boolean', help: 'without sound' },
} as const satisfies Record<string, Option>;

export interface GivenFile {
  kind: MediaKind;
  /** A path, a URL or the id of an uploaded file. */
  place: string;
  role: ReferenceRole | undefined;
}

/** A request as the command line gives it, checked as far as that goes without opening a file. */
export interface GivenRequest {
  endpoint: EndpointName;
  prompt: string;
  durationSeconds: number;
  aspectRatio: AspectRatio;
  seed?: number;
  generateAudio: boolean;
  /** In the order of their kinds: images, videos, audio. */
  references: GivenFile[];
}

/** With a storyboard, length, ratio and sound are its own unless they are given too. */
export function readRequest(prompt: string, options: OptionValues, storyboard?: Storyboard): GivenRequest {
  const references = givenFiles(options);
  const firstFrame = options.text('first-frame');
  if (firstFrame !== undefined && references.length > 0)
    throw new UsageError(
      '--first-frame stands alone, without -i, -v and -a.',
      'To add it to others: -i first_frame=FILE.',
    );
  const seed = options.wholeNumber('seed');
  const shape = {
    prompt,
    durationSeconds: options.wholeNumber('duration') ?? secondsOf(storyboard) ?? 5,
    aspectRatio: ratioOf(options, storyboard),
    ...(seed === undefined ? {} : { seed }),
    generateAudio: !options.flag('silent') && storyboard?.sound.length !== 0,
  };
  if (firstFrame !== undefined) {
    const { place, role = 'first_frame' } = splitRole(firstFrame);
    return { ...shape, endpoint: 'image-to-video', references: [{ kind: 'image', place, role }] };
  }
  return {
    ...shape,
    endpoint: references.length === 0 ? 'text-to-video' : 'reference-to-video',
    references,
  };
}

/** The same for a server: `body` uploads its files on the way. */
export function generationRequest(prompt: string, options: OptionValues, storyboard?: Storyboard) {
  const given = readRequest(prompt, options, storyboard);
  return { body: (client: Client, signal: AbortSignal) => uploaded(given, { client, signal, storyboard }) };
}

async function uploaded(
  given: GivenRequest,
  { client, signal, storyboard }: { client: Client; signal: AbortSignal; storyboard: Storyboard | undefined },
) {
  const { prompt, durationSeconds, aspectRatio, seed, generateAudio, references } = given;
  const common: RequestBodies['text-to-video'] = {
    prompt,
    duration: durationSeconds,
    aspect_ratio: aspectRatio,
    ...(seed === undefined ? {} : { seed }),
    ...(generateAudio ? {} : { generate_audio: false }),
    ...(storyboard === undefined ? {} : { storyboard }),
  };
  if (given.endpoint === 'text-to-video') return { endpoint: given.endpoint, body: common };
  const sources = await Promise.all(references.map((reference) => inBody(client, reference, signal)));
  const [image] = sources;
  if (given.endpoint === 'image-to-video') {
    if (image === undefined) throw new Error('image-to-video has an image');
    return { endpoint: given.endpoint, body: { ...common, image } };
  }
  const of = (kind: MediaKind) => sources.filter((_, index) => references[index]?.kind === kind);
  const [images, videos, audios] = [of('image'), of('video'), of('audio')];
  return {
    endpoint: given.endpoint,
    body: {
      ...common,
      ...(images.length === 0 ? {} : { reference_images: images }),
      ...(videos.length === 0 ? {} : { reference_videos: videos }),
      ...(audios.length === 0 ? {} : { reference_audio: audios }),
    },
  };
}

function givenFiles(options: OptionValues): GivenFile[] {
  return (['image', 'video', 'audio'] as const).flatMap((kind) =>
    options.texts(kind).map((given) => ({ kind, ...splitRole(given) })),
  );
}

const secondsOf = (storyboard: Storyboard | undefined) =>
  storyboard === undefined ? undefined : Math.round(storyboard.frames / storyboard.fps);

function ratioOf(options: OptionValues, storyboard: Storyboard | undefined): AspectRatio {
  const given = options.text('ratio');
  // A frame of none of the ratios is refused by the server, with its reason.
  if (given === undefined) return aspectRatios.find((ratio) => hasRatio(ratio, storyboard)) ?? '16:9';
  const known = aspectRatios.find((candidate) => candidate === given);
  if (known === undefined)
    throw new UsageError(`--ratio must be one of ${aspectRatios.join(', ')}, not "${given}".`);
  return known;
}

function hasRatio(ratio: AspectRatio, storyboard: Storyboard | undefined): boolean {
  const [across = 1, down = 1] = ratio.split(':').map(Number);
  return storyboard !== undefined && storyboard.width * down === storyboard.height * across;
}

/** `style=brand.jpg`; a file whose own name holds an equals sign is meant where no role stands before it. */
function splitRole(given: string): { role: ReferenceRole | undefined; place: string } {
  const at = given.indexOf('=');
  const role = referenceRoles.find((candidate) => candidate === given.slice(0, at));
  return role === undefined ? { role, place: given } : { role, place: given.slice(at + 1) };
}

async function inBody(client: Client, { place, role }: GivenFile, signal: AbortSignal) {
  const source = /^https?:\/\//i.test(place)
    ? { url: place }
    : { file_id: /^file_[0-9a-z]{24}$/.test(place) ? place : await upload(client, place, signal) };
  return { ...source, ...(role === undefined ? {} : { role }) };
}

async function upload(client: Client, path: string, signal: AbortSignal): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === 'ENOENT' ? `There is no file ${path}.` : `${path} cannot be read (${code}).`,
    );
  }
  return (await client.files.upload(bytes, basename(path), { signal })).id;
}
