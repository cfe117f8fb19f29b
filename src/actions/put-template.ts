import { createHash } from 'node:crypto';
import { AppError, type Fault } from '../domain/errors.ts';
import { requestLimits } from '../domain/request.ts';
import { type TemplateFields, templateLimits } from '../domain/template-field.ts';
import type { Store } from '../store/db.ts';
import { putTemplate as store, type TemplateRow } from '../store/templates.ts';
import { fieldDefinitionFaults } from '../templates/field-definition-faults.ts';
import { type LintNote, lintTemplate } from '../templates/lint-template.ts';

export interface NewTemplate {
  name: string;
  text: string;
  fields: TemplateFields | undefined;
  description: string | undefined;
  durationSeconds: number | undefined;
}

/** Keeps a template as a new version, unless the newest is the same. Throws one AppError that names every fault of it. */
export async function putTemplate(
  db: Store,
  accountId: string,
  template: NewTemplate,
): Promise<{ row: TemplateRow; isNew: boolean; notes: LintNote[] }> {
  const { name, text, fields, description, durationSeconds } = template;
  const notes = lintStored({ text, fields }, durationSeconds);
  const faults = [
    ...notes
      .filter(({ severity }) => severity === 'error')
      .map(({ message, line }) => fault('/text', line === undefined ? message : `line ${line}: ${message}`)),
    ...fieldDefinitionFaults(fields ?? {}).map(({ field, message }) => fault(`/fields/${field}`, message)),
  ];
  const [first] = faults;
  if (first !== undefined)
    throw new AppError('invalid_request', `${first.pointer.slice(1)}: ${first.message}`, {
      hint: 'A template is kept only if every row can come out right. docs/templates.md has the rules.',
      faults,
    });
  const hash = createHash('sha256')
    .update(JSON.stringify([text, fields ?? null]))
    .digest('hex');
  const row = { name, text, fields: fields ?? null, description: description ?? null, hash };
  const kept = await store(db, accountId, row, { mostNames: templateLimits.names });
  if (kept === 'full')
    throw new AppError(
      'invalid_state',
      `The account has ${templateLimits.names} templates, which is as many as may be.`,
      { hint: 'Use a name that is there; its versions are not counted.' },
    );
  return { ...kept, notes };
}

/** What is worth saying of a template whose request nobody knows yet. */
export function lintStored(
  { text, fields }: { text: string; fields: TemplateFields | null | undefined },
  durationSeconds: number | undefined,
): LintNote[] {
  const { images: image, videos: video, audios: audio } = requestLimits;
  return lintTemplate(text, {
    fields: fields ?? undefined,
    references: { image, video, audio },
    durationSeconds,
  });
}

const fault = (pointer: string, message: string): Fault => ({ pointer, code: 'invalid_request', message });
