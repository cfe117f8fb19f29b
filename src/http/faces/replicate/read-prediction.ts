import type { Fault } from '../../../domain/errors.ts';
import type { GenerationEventType } from '../../../domain/event.ts';
import type { Note } from '../../../domain/plan.ts';
import type { EndpointName } from '../../../domain/request.ts';
import type { Links } from '../../links.ts';
import { invalid } from '../../validation.ts';
import { usualSeconds } from '../automatic.ts';
import { type Fields, openFields, ownFields } from '../fields.ts';
import { withOwnFiles } from '../own-files.ts';
import { asObject, type Unread } from '../read-json.ts';
import type { Translated } from '../translated.ts';
import { readTags } from './prompt-tags.ts';

/** The model as Replicate names it. */
export const model = 'bytedance/seedance-2.0';

/** Fields of the input, with where they stand in the body. */
const names = {
  ...Object.fromEntries(
    ['prompt', 'seed', 'generate_audio', 'duration', 'aspect_ratio', 'image', ...ownFields].map((name) => [
      name,
      `input/${name}`,
    ]),
  ),
  reference_images: 'input/reference_images',
  reference_videos: 'input/reference_videos',
  reference_audio: 'input/reference_audios',
  webhook_url: 'webhook',
};

/** What the body of a new prediction asks for, in our words. Throws an AppError if it is another model's. */
export function readPrediction(body: Unread, links: Links): Translated {
  const outer = openFields(body);
  outer.expect('version', [model], `the model is ${model}, which has no versions to choose from`);
  outer.expect('stream', [false], 'a video comes as a whole; leave it out');
  const webhookUrl = outer.take('webhook');
  const events = eventsOf(outer);
  const inner = openFields(asObject(outer.take('input') ?? {}, 'input'));
  const notes: Note[] = [];
  const { endpoint, references } = referencesOf(inner, links);
  inner.expect('resolution', ['720p'], 'videos have 720p; leave it out or send "720p"');
  inner.expect('last_frame_image', [], 'a video has a first picture and no last one; leave it out');
  const prompt = inner.take('prompt');
  const ratio = inner.take('aspect_ratio') ?? '16:9';
  const translated: Unread = {
    ...(prompt === undefined ? {} : { prompt: typeof prompt === 'string' ? readTags(prompt) : prompt }),
    ...inner.pick(['seed', 'generate_audio', ...ownFields]),
    duration: durationOf(inner.take('duration'), notes),
    aspect_ratio: ratio === 'adaptive' ? 'auto' : ratio,
    ...references,
    ...(webhookUrl === undefined ? {} : { webhook_url: webhookUrl }),
  };
  const faults = [...outer.faults(), ...inner.faults().map(inInput)];
  return { endpoint, body: translated, names, notes, faults, webhook: { form: 'replicate', events } };
}

function durationOf(given: unknown, notes: Note[]): unknown {
  return given === undefined || given === -1 ? usualSeconds(notes) : given;
}

/** One model there is three endpoints here: with references, from a first picture, from words alone. */
function referencesOf(inner: Fields, links: Links): { endpoint: EndpointName; references: Unread } {
  const image = inner.take('image');
  const [images, videos, audios] = ['images', 'videos', 'audios'].map((kind) =>
    inner.take(`reference_${kind}`),
  );
  const none = [images, videos, audios].every((list) => list === undefined || isEmpty(list));
  if (image !== undefined) {
    if (!none) inner.refuse('image', 'image goes without references; give one or the others.');
    return { endpoint: 'image-to-video', references: { image: withOwnFiles(image, links) } };
  }
  if (none) return { endpoint: 'text-to-video', references: {} };
  return {
    endpoint: 'reference-to-video',
    references: {
      reference_images: withOwnFiles(images, links),
      reference_videos: withOwnFiles(videos, links),
      reference_audio: withOwnFiles(audios, links),
    },
  };
}

const isEmpty = (list: unknown) => Array.isArray(list) && list.length === 0;

const told: Readonly<Record<string, readonly GenerationEventType[]>> = {
  start: ['generation.processing'],
  output: ['generation.complete'],
  logs: [],
  completed: ['generation.complete', 'generation.failed'],
};

/** Replicate tells of everything unless it is asked for less. */
function eventsOf(outer: Fields): GenerationEventType[] {
  const filter = outer.take('webhook_events_filter') ?? Object.keys(told);
  const wanted = Array.isArray(filter) ? filter.map(String) : [String(filter)];
  const events = [...new Set(wanted.flatMap((name) => told[name] ?? []))];
  if (events.length === 0 || wanted.some((name) => !Object.hasOwn(told, name)))
    outer.refuse(
      'webhook_events_filter',
      'webhook_events_filter must name start, output or completed; changes of the logs are not told.',
    );
  return events;
}

const inInput = (fault: Fault): Fault => ({ ...fault, pointer: `/input${fault.pointer}` });

/** Throws unless the path names the one model there is. */
export function requireModel(owner: string, name: string): void {
  if (`${owner}/${name}` === model) return;
  throw invalid([
    {
      pointer: '',
      code: 'not_found',
      message: `There is no model ${owner}/${name} here; there is ${model}.`,
    },
  ]);
}
