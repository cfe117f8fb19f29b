import type { Note } from '../../../domain/plan.ts';
import type { EndpointName } from '../../../domain/request.ts';
import type { Links } from '../../links.ts';
import { usualSeconds } from '../automatic.ts';
import { type Fields, openFields, ownFields } from '../fields.ts';
import { withOwnFiles } from '../own-files.ts';
import type { Unread } from '../read-json.ts';
import type { Translated } from '../translated.ts';

const names = {
  reference_images: 'image_urls',
  reference_videos: 'video_urls',
  reference_audio: 'audio_urls',
  image: 'image_url',
  webhook_url: 'fal_webhook',
} as const;

/** Priority of a request that its caller calls low; the usual one is 0. */
const lowPriority = -10;

/** What fal's input of an endpoint asks for, in our words. Its headers and query take part in it. */
export function readFalInput(options: {
  endpoint: EndpointName;
  input: Unread;
  headers: Headers;
  query: URLSearchParams;
  links: Links;
}): Translated {
  const { endpoint, headers, query, links } = options;
  const fields = openFields(options.input);
  const notes: Note[] = [];
  const webhookUrl = query.get('fal_webhook') ?? '';
  fields.expect('resolution', ['720p'], 'videos have 720p; leave it out or send "720p"');
  fields.expect('bitrate_mode', ['standard'], 'there is one bit rate; leave it out or send "standard"');
  const body: Unread = {
    ...fields.pick(['prompt', 'seed', 'generate_audio']),
    ...headersOf(headers, fields, notes),
    ...fields.pick(ownFields),
    duration: durationOf(fields.take('duration'), notes),
    aspect_ratio: fields.take('aspect_ratio') ?? 'auto',
    ...referencesOf(endpoint, fields, links),
    ...(webhookUrl === '' ? {} : { webhook_url: webhookUrl }),
  };
  return { endpoint, body, names, notes, faults: fields.faults(), webhook: { form: 'fal' } };
}

/** fal writes seconds as a text; some clients put their unit behind. */
function durationOf(given: unknown, notes: Note[]): unknown {
  if (given === undefined || given === 'auto') return usualSeconds(notes);
  const [, seconds] = typeof given === 'string' ? (/^(\d{1,3})s?$/.exec(given) ?? []) : [];
  return seconds === undefined ? given : Number(seconds);
}

function referencesOf(endpoint: EndpointName, fields: Fields, links: Links): Unread {
  switch (endpoint) {
    case 'reference-to-video':
      return {
        reference_images: withOwnFiles(fields.take('image_urls'), links),
        reference_videos: withOwnFiles(fields.take('video_urls'), links),
        reference_audio: withOwnFiles(fields.take('audio_urls'), links),
      };
    case 'image-to-video':
      fields.expect('end_image_url', [], 'a video has a first picture and no last one; leave it out');
      return { image: withOwnFiles(fields.take('image_url'), links) };
    case 'text-to-video':
      return {};
  }
}

/** What fal's headers ask for. What has no meaning here is told in a note, except where that would break a promise. */
function headersOf(headers: Headers, fields: Fields, notes: Note[]): Unread {
  const startWithin = headers.get('x-fal-request-timeout');
  const storeIo = headers.get('x-fal-store-io');
  if (storeIo === '0')
    fields.refuse(
      'x-fal-store-io',
      'The header X-Fal-Store-IO: 0 cannot be honoured: requests and videos are kept until their owner deletes them.',
    );
  for (const name of withoutMeaning)
    if (headers.has(name))
      notes.push({
        code: 'header_ignored',
        message: `The header ${name} has no meaning here and was ignored.`,
      });
  return {
    ...(headers.get('x-fal-queue-priority') === 'low' ? { priority: lowPriority } : {}),
    ...(startWithin === null ? {} : { start_within: Math.ceil(Number(startWithin)) }),
  };
}

const withoutMeaning = [
  'x-fal-runner-hint',
  'x-fal-no-retry',
  'x-fal-retry-config',
  'x-fal-object-lifecycle-preference',
  'x-fal-tags',
  'x-app-fal-disable-fallback',
] as const;
