import { basename } from 'node:path';
import { readTemplateFile, type TemplateFile } from '../../batch/template-file.ts';
import type { Client } from '../../client/index.ts';
import type { Template } from '../../contract/template.ts';
import { requestLimits } from '../../domain/request.ts';
import { fieldDefinitionFaults } from '../../templates/field-definition-faults.ts';
import { type LintNote, lintTemplate } from '../../templates/lint-template.ts';
import { promptRenderer, type RenderedPrompt } from '../../templates/prompt-renderer.ts';
import { program } from '../again.ts';
import { type Command, type Invocation, serverOptions } from '../command.ts';
import { NotMade, UsageError } from '../exit-codes.ts';
import { sampleFile } from '../init/sample-table.ts';
import { parseName } from '../parse-name.ts';
import { readText } from '../read-file.ts';
import { withClient } from '../session.ts';
import { short } from '../short.ts';
import { table } from '../table.ts';

const verbs = ['list', 'push', 'show', 'lint', 'preview'] as const;

export const command: Command = {
  name: 'templates',
  summary: 'keep prompt templates in versions; check and preview them',
  usage: '[list | push <file> | show <name[@version]> | lint <file> | preview <file or name>]',
  options: {
    name: { type: 'string', value: 'NAME', help: 'with push: its name; default that of the file' },
    rows: { type: 'string', value: 'FILE', help: 'with preview: a CSV, TSV, JSON or JSONL file' },
    limit: { type: 'string', value: 'N', help: 'with preview: how many rows; default 5, at most 50' },
    duration: {
      type: 'string',
      short: 'd',
      value: 'SECONDS',
      help: 'of the videos: a text that says another is told',
    },
    ...serverOptions,
  },
  examples: [
    'kinora templates lint spring.liquid',
    'kinora templates preview spring.liquid --rows catalogue.csv',
    'kinora templates push spring.liquid',
    'kinora templates show spring@2',
  ],
  async run(invocation) {
    const [verb = 'list', what, ...rest] = invocation.positionals;
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is too much.`);
    if (!(verbs as readonly string[]).includes(verb))
      throw new UsageError(`templates cannot "${verb}".`, `It can ${verbs.join(', ')}.`);
    if (verb === 'list') return withClient(invocation, (client) => list(invocation, client));
    if (what === undefined)
      throw new UsageError(verb === 'show' ? 'The name of the template is missing.' : 'The file is missing.');
    if (verb === 'push') return push(invocation, what);
    if (verb === 'show') return withClient(invocation, (client) => show(invocation, client, what));
    if (verb === 'lint') return lint(invocation, what);
    return preview(invocation, what);
  },
};

async function list({ output, signal }: Invocation, client: Client): Promise<void> {
  const templates: Template[] = [];
  for await (const template of client.templates.list({ limit: 200 }, { signal })) templates.push(template);
  for (const template of templates) output.data(template);
  if (templates.length === 0) {
    output.note(`There are no templates. ${program} templates push spring.liquid`);
    return;
  }
  const lines = table(
    templates,
    [
      { head: 'NAME', cell: ({ name }) => name },
      { head: 'VERSION', align: 'right', cell: ({ version }) => String(version) },
      {
        head: 'FIELDS',
        cell: ({ fields }) => (fields === null ? 'any' : short(Object.keys(fields).join(', '), 36)),
      },
      { head: 'SINCE', cell: ({ created_at: at }) => at.slice(0, 16).replace('T', ' ') },
      { head: 'TEXT', cell: ({ text }) => short(text, 48) },
    ],
    output.style,
  );
  for (const line of lines) output.line(line);
}

async function push(invocation: Invocation, path: string): Promise<void> {
  const { options, output, signal } = invocation;
  const { text, fields, description } = await templateFileAt(path);
  const name = options.text('name') ?? basename(path).replace(/\.\w+$/, '');
  const duration = options.wholeNumber('duration');
  await withClient(invocation, async (client) => {
    const before = await newestOf(client, name, signal);
    const kept = await client.templates.put(
      name,
      {
        text,
        ...(fields === undefined ? {} : { fields: fields as never }),
        ...(description === undefined ? {} : { description }),
        ...(duration === undefined ? {} : { duration }),
      },
      { signal },
    );
    output.data(kept);
    const isNew = kept.version !== before;
    output.line(
      isNew
        ? `${output.style.good('✓')} ${name}@${kept.version} is kept; name it in a workflow as template: ${name}@${kept.version}`
        : `${name}@${kept.version} is as it was.`,
    );
    sayNotes(invocation, kept.notes, path);
  });
}

async function newestOf(client: Client, name: string, signal: AbortSignal): Promise<number | undefined> {
  for await (const template of client.templates.list({ limit: 200 }, { signal }))
    if (template.name === name) return template.version;
  return undefined;
}

async function show({ output, signal }: Invocation, client: Client, what: string): Promise<void> {
  const { name, version } = parseName(what);
  const template = await client.templates.get(name, version === undefined ? { signal } : { version, signal });
  const { style } = output;
  output.data(template);
  output.line(
    `${style.strong(`${template.name}@${template.version}`)}   ${style.faint(template.created_at)}`,
  );
  if (template.description !== null) output.line(template.description);
  output.line();
  output.line(template.text);
  output.line();
  const fields = Object.entries(template.fields ?? {}) as [string, { type: string }][];
  for (const [field, { type, ...rest }] of fields)
    output.line(`  ${field.padEnd(16)} ${type.padEnd(8)} ${style.faint(JSON.stringify(rest))}`);
}

/** Without a server: what can be said before any row is known. Exits as failed where some row cannot come out right. */
async function lint(invocation: Invocation, path: string): Promise<void> {
  const { output, options } = invocation;
  const template = await templateFileAt(path);
  const notes = notesOf(template, options.wholeNumber('duration'));
  output.data({ file: path, notes });
  sayNotes(invocation, notes, path);
  const errors = notes.filter(({ severity }) => severity === 'error').length;
  if (errors > 0) throw new NotMade(`${path} has ${errors} error${errors === 1 ? '' : 's'}.`);
  output.line(`${output.style.good('✓')} ${path}`);
}

function notesOf({ text, fields }: TemplateFile, durationSeconds: number | undefined): LintNote[] {
  const { images: image, videos: video, audios: audio } = requestLimits;
  return [
    ...lintTemplate(text, { fields, references: { image, video, audio }, durationSeconds }),
    ...fieldDefinitionFaults(fields ?? {}).map(
      ({ field, message }): LintNote => ({
        severity: 'error',
        code: 'invalid_template',
        message: `fields.${field}: ${message}`,
      }),
    ),
  ];
}

type SaidNote = Pick<LintNote, 'severity' | 'message'> & { line?: number | null };

function sayNotes({ output }: Invocation, notes: readonly SaidNote[], path: string): void {
  for (const { severity, message, line } of notes) {
    const { errorStyle } = output;
    const word = severity === 'error' ? errorStyle.bad('error') : errorStyle.careful('note ');
    output.note(`  ${word}  ${path}${line == null ? '' : `, line ${line} of the text`}: ${message}`);
  }
}

async function preview(invocation: Invocation, what: string): Promise<void> {
  const { options, output } = invocation;
  const rowsFile = options.text('rows');
  if (rowsFile === undefined)
    throw new UsageError('Which rows?', 'A table of yours, as in --rows catalogue.csv.');
  const limit = options.wholeNumber('limit') ?? 5;
  if (limit < 1 || limit > 50) throw new UsageError(`--limit must be from 1 to 50, not ${limit}.`);
  const rows = (await sampleFile(rowsFile)).rows.slice(0, limit);
  const template = await templateFor(invocation, what);
  const render = promptRenderer({ ...template, durationSeconds: options.wholeNumber('duration') });
  let faulty = 0;
  for (const [index, row] of rows.entries()) {
    const made = render(row);
    if ('faults' in made) faulty += 1;
    output.data({
      index,
      prompt: 'prompt' in made ? made.prompt : null,
      faults: 'faults' in made ? made.faults : [],
    });
    sayRow(invocation, index, made);
  }
  if (faulty > 0) throw new NotMade(`${faulty} of ${rows.length} rows have no prompt.`);
}

function sayRow({ output }: Invocation, index: number, made: RenderedPrompt): void {
  const { style } = output;
  const number = style.faint(String(index + 1).padStart(3));
  if ('prompt' in made) {
    output.line(`${number}  ${made.prompt.replaceAll('\n', '\n     ')}`);
    for (const note of made.notes) output.line(`     ${style.careful(note)}`);
    return;
  }
  for (const { field, message } of made.faults)
    output.line(`${number}  ${style.bad(`${field}: ${message}`)}`);
}

/** A file where there is one of that name, else a template of the server. */
async function templateFor(
  invocation: Invocation,
  what: string,
): Promise<Pick<TemplateFile, 'text' | 'fields'>> {
  if (/[./\\]/.test(what.replace(/@\d+$/, ''))) return templateFileAt(what);
  const { name, version } = parseName(what);
  const { signal } = invocation;
  let found: Template | undefined;
  await withClient(invocation, async (client) => {
    found = await client.templates.get(name, version === undefined ? { signal } : { version, signal });
  });
  if (found === undefined) throw new Error('the template was not read');
  return { text: found.text, fields: (found.fields ?? undefined) as TemplateFile['fields'] };
}

const templateFileAt = async (path: string): Promise<TemplateFile> =>
  readTemplateFile(await readText(path), path);
