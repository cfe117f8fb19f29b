import { AppError } from '../domain/errors.ts';
import type { Json } from '../domain/json.ts';
import { requestLimits } from '../domain/request.ts';
import { saidDuration } from '../domain/said-duration.ts';
import type { TemplateFields } from '../domain/template-field.ts';
import { compileTemplate } from './compile-template.ts';
import { type FieldFault, fieldsReader } from './read-fields.ts';

export type RenderedPrompt =
  | { prompt: string; values: Record<string, Json>; notes: string[] }
  | { faults: FieldFault[] };

/**
 * Prompts of rows, each alike: fields are read, then the template is filled. What is wrong with a row is a value of it:
 * the field, and what to do; `prompt` where it is the text. Throws an AppError for a template that is none.
 */
export function promptRenderer(template: {
  text: string;
  fields?: TemplateFields | undefined;
  durationSeconds?: number | undefined;
}): (row: Readonly<Record<string, Json>>) => RenderedPrompt {
  const { text, fields = {}, durationSeconds } = template;
  const compiled = compileTemplate(text, 'prompt');
  const read = fieldsReader(fields);
  return (row) => {
    const { values, faults } = read(row);
    if (faults.length > 0) return { faults };
    const prompt = rendered(() => compiled.render(values).trim());
    if (typeof prompt !== 'string') return { faults: [prompt] };
    const fault = lengthFault(prompt);
    if (fault !== undefined) return { faults: [{ field: 'prompt', message: fault }] };
    return { prompt, values, notes: durationNotes(prompt, durationSeconds) };
  };
}

function rendered(render: () => string): string | FieldFault {
  try {
    return render();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const hint = error.hint === undefined ? '' : ` ${error.hint}`;
    return { field: 'prompt', message: `${error.message.replace(/^prompt: /, '')}${hint}` };
  }
}

function lengthFault(prompt: string): string | undefined {
  if (prompt === '') return 'it is empty.';
  if (prompt.length <= requestLimits.promptCharacters) return undefined;
  return `it has ${prompt.length} characters; ${requestLimits.promptCharacters} is the most.`;
}

function durationNotes(prompt: string, durationSeconds: number | undefined): string[] {
  const prompted = saidDuration(prompt);
  if (prompted === undefined || durationSeconds === undefined || prompted.seconds === durationSeconds)
    return [];
  return [`The prompt says "${prompted.said}"; duration, ${durationSeconds} s, is what will be made.`];
}
