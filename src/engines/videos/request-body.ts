import { openAsBlob } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { FormData } from 'undici';
import type { ReferenceFile } from '../../domain/engine.ts';
import type { MediaKind } from '../../domain/media-facts.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Ask } from '../ask-server.ts';
import type { VideosPreset } from './preset.ts';

/** What `POST /v1/videos` is asked with. The files are read as they are sent. */
export async function requestBody(
  preset: VideosPreset,
  plan: Plan,
  references: readonly ReferenceFile[],
): Promise<NonNullable<Ask['body']>> {
  return preset.body === 'form'
    ? { form: await formOf(preset, plan, references) }
    : { json: await jsonOf(preset, plan, references) };
}

async function formOf(
  preset: VideosPreset,
  plan: Plan,
  references: readonly ReferenceFile[],
): Promise<FormData> {
  const form = new FormData();
  form.append('prompt', plan.prompt);
  for (const [name, value] of Object.entries(preset.fields(plan)))
    form.append(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  const counts: Record<MediaKind, number> = { image: 0, video: 0, audio: 0 };
  for (const [index, { path, facts }] of references.entries()) {
    const { kind, contentType } = facts;
    counts[kind] += 1;
    // Servers go by the ending as well as by the type.
    const name = `${kind}-${counts[kind]}${endings[contentType] ?? ''}`;
    form.append(preset.referenceField(index), await openAsBlob(path, { type: contentType }), name);
  }
  return form;
}

const endings: Record<string, string> = {
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'image/webp': '.webp',
  'video/mp4': '.mp4',
  'video/quicktime': '.mov',
  'audio/wav': '.wav',
  'audio/mpeg': '.mp3',
};

async function jsonOf(
  preset: VideosPreset,
  plan: Plan,
  references: readonly ReferenceFile[],
): Promise<object> {
  const conditions = [];
  for (const { path, facts } of references)
    conditions.push({
      type: facts.kind,
      uri: `data:${facts.contentType};base64,${await readFile(path, 'base64')}`,
      role: 'reference',
    });
  return {
    prompt: plan.prompt,
    seconds: plan.durationSeconds,
    ...preset.fields(plan),
    conditions,
  };
}
