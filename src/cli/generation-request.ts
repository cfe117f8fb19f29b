import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Client, RequestBodies } from '../client/index.ts';
import { aspectRatios, type ReferenceRole, referenceRoles } from '../domain/request.ts';
import type { OptionValues } from './command.ts';
import { UsageError } from './exit-codes.ts';

/** A request as the command line gives it. Checked before anything starts; files are uploaded by `body`. */
export function generationRequest(prompt: string, options: OptionValues) {
  const common = commonBody(prompt, options);
  const firstFrame = options.text('first-frame');
  const given = {
    image: options.texts('image'),
    video: options.texts('video'),
    audio: options.texts('audio'),
  };
  const count = given.image.length + given.video.length + given.audio.length;
  if (firstFrame !== undefined && count > 0)
    throw new UsageError(
      '--first-frame stands alone, without -i, -v and -a.',
      'To add it to others: -i first_frame=FILE.',
    );
  return {
    async body(client: Client, signal: AbortSignal) {
      const all = (places: readonly string[]) =>
        Promise.all(places.map((place) => reference(client, place, signal)));
      if (firstFrame !== undefined)
        return {
          endpoint: 'image-to-video' as const,
          body: { ...common, image: await reference(client, firstFrame, signal) },
        };
      if (count === 0) return { endpoint: 'text-to-video' as const, body: common };
      const [images, videos, audios] = await Promise.all([
        all(given.image),
        all(given.video),
        all(given.audio),
      ]);
      return {
        endpoint: 'reference-to-video' as const,
        body: {
          ...common,
          ...(images.length === 0 ? {} : { reference_images: images }),
          ...(videos.length === 0 ? {} : { reference_videos: videos }),
          ...(audios.length === 0 ? {} : { reference_audio: audios }),
        },
      };
    },
  };
}

function commonBody(prompt: string, options: OptionValues): RequestBodies['text-to-video'] {
  const ratio = options.text('ratio') ?? '16:9';
  const aspectRatio = aspectRatios.find((candidate) => candidate === ratio);
  if (aspectRatio === undefined)
    throw new UsageError(`--ratio must be one of ${aspectRatios.join(', ')}, not "${ratio}".`);
  const seed = options.wholeNumber('seed');
  return {
    prompt,
    duration: options.wholeNumber('duration') ?? 5,
    aspect_ratio: aspectRatio,
    ...(seed === undefined ? {} : { seed }),
    ...(options.flag('silent') ? { generate_audio: false } : {}),
  };
}

async function reference(client: Client, given: string, signal: AbortSignal) {
  const { role, place } = splitRole(given);
  const source = /^https?:\/\//i.test(place)
    ? { url: place }
    : { file_id: /^file_[0-9a-z]{24}$/.test(place) ? place : await upload(client, place, signal) };
  return { ...source, ...(role === undefined ? {} : { role }) };
}

/** `style=brand.jpg`; a file whose own name holds an equals sign is meant where no role stands before it. */
function splitRole(given: string): { role: ReferenceRole | undefined; place: string } {
  const at = given.indexOf('=');
  const role = referenceRoles.find((candidate) => candidate === given.slice(0, at));
  return role === undefined ? { role, place: given } : { role, place: given.slice(at + 1) };
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
