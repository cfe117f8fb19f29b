import type { MediaKind } from '../../../domain/media-facts.ts';
import type { EndpointName } from '../../../domain/request.ts';
import type { Links } from '../../links.ts';
import { type Fields, openFields, ownFields } from '../fields.ts';
import { withOwnFiles } from '../own-files.ts';
import type { Unread } from '../read-json.ts';
import type { Translated } from '../translated.ts';

/** What videos are made by, as this API calls it. */
export const model = 'bytedance/seedance-2.0';

const models = [model, 'seedance-2.0'];

const names = {
  duration: 'seconds',
  aspect_ratio: 'size',
  image: 'input_reference',
  reference_images: 'image_reference',
  reference_videos: 'video_reference',
  reference_audio: 'audio_reference',
};

const ratios: Readonly<Record<string, string>> = {
  '1280x720': '16:9',
  '720x1280': '9:16',
  '960x960': '1:1',
  '720x720': '1:1',
};

/** What OpenAI makes where these are left out. */
const usual = { seconds: '4', size: '720x1280' };

/** A file that came with the call, kept. */
export interface Uploaded {
  field: string;
  kind: MediaKind;
  fileId: string;
}

/** What a new video is asked to be, in our words. */
export function readVideo(input: Unread, uploads: readonly Uploaded[], links: Links): Translated {
  const fields = openFields(input);
  fields.expect('model', models, `videos are made by ${model}; leave it out or name that`);
  const { endpoint, references } = referencesOf(fields, uploads, links);
  const body: Unread = {
    ...fields.pick(['prompt', 'seed', 'generate_audio', ...ownFields]),
    duration: secondsOf(fields.take('seconds')),
    aspect_ratio: ratioOf(fields),
    ...references,
  };
  return { endpoint, body, names, notes: [], faults: fields.faults(), webhook: { form: 'standard' } };
}

function secondsOf(given: unknown = usual.seconds): unknown {
  return typeof given === 'string' && /^\d{1,3}$/.test(given) ? Number(given) : given;
}

function ratioOf(fields: Fields): string {
  const size = fields.take('size') ?? usual.size;
  const ratio = typeof size === 'string' ? ratios[size] : undefined;
  if (ratio !== undefined) return ratio;
  const possible = Object.keys(ratios).join(', ');
  fields.refuse('size', `size must be one of ${possible}, not ${JSON.stringify(size)?.slice(0, 60)}.`);
  return '16:9';
}

/**
 * One picture alone as `input_reference` is what the video begins with. More than that, or anything under the names
 * that open servers use (`input_references`, `image_reference`, …), are references; nothing is a prompt alone.
 */
function referencesOf(
  fields: Fields,
  uploads: readonly Uploaded[],
  links: Links,
): { endpoint: EndpointName; references: Unread } {
  const first = sourcesOf(fields.take('input_reference'), 'image');
  const named = {
    image: sourcesOf(fields.take('image_reference'), 'image'),
    video: sourcesOf(fields.take('video_reference'), 'video'),
    audio: sourcesOf(fields.take('audio_reference'), 'audio'),
  };
  const uploaded = (kind: MediaKind) =>
    uploads.filter((upload) => upload.kind === kind).map(({ fileId }) => fileId);
  const of = (kind: MediaKind) => [...uploaded(kind), ...named[kind]].map((one) => withOwnFiles(one, links));
  const images = [...first.map((one) => withOwnFiles(one, links)), ...of('image')];
  const [videos, audios] = [of('video'), of('audio')];
  if (images.length + videos.length + audios.length === 0)
    return { endpoint: 'text-to-video', references: {} };
  const isFirst = first.length === 1 || uploads.some(({ field }) => field === 'input_reference');
  if (isFirst && images.length === 1 && videos.length + audios.length === 0)
    return { endpoint: 'image-to-video', references: { image: images[0] } };
  return {
    endpoint: 'reference-to-video',
    references: { reference_images: images, reference_videos: videos, reference_audio: audios },
  };
}

/** A reference, or a list of them: as text, or as an object such as `{ "image_url": … }` or `{ "file_id": … }`. */
function sourcesOf(given: unknown, kind: MediaKind): unknown[] {
  if (given === undefined) return [];
  return (Array.isArray(given) ? given : [given]).map((one) => {
    if (one === null || typeof one !== 'object') return one;
    const { [`${kind}_url`]: url, ...rest } = one as Unread;
    return url === undefined ? rest : { url, ...rest };
  });
}
