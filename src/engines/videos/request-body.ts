import { openAsBlob } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { FormData } from 'undici';
import type { ReferenceFile } from '../../domain/engine.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Ask } from '../ask-server.ts';
import { fileName } from '../file-name.ts';
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
  for (const [index, file] of references.entries()) {
    const blob = await openAsBlob(file.path, { type: file.facts.contentType });
    form.append(preset.referenceField(index), blob, fileName(file));
  }
  return form;
}

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
