import type { MediaKind } from '../domain/media-facts.ts';
import { saidDuration } from '../domain/said-duration.ts';
import type { TemplateFields } from '../domain/template-field.ts';
import { analyseTemplate } from './compile-template.ts';

/** `error`: some row cannot come out right. `note`: worth a look. */
export interface LintNote {
  severity: 'error' | 'note';
  code:
    | 'invalid_template'
    | 'unknown_variable'
    | 'unused_field'
    | 'unbounded_loop'
    | 'no_such_reference'
    | 'duration_field_wins';
  message: string;
  /** Counted from 1, where the place is known. */
  line?: number;
}

export interface LintOptions {
  fields?: TemplateFields | undefined;
  /** Other names that a row brings along: columns of the source, axes of a matrix. Undefined where nobody knows them. */
  columns?: readonly string[] | undefined;
  /** How many references of each kind a prompt may name. */
  references?: Readonly<Record<MediaKind, number>> | undefined;
  aliases?: readonly string[] | undefined;
  durationSeconds?: number | undefined;
}

/** More rounds than any prompt has room for. */
const mostRounds = 100;

/** What can be said of a template before any row is known, by line. */
export function lintTemplate(source: string, options: LintOptions = {}): LintNote[] {
  const analysed = analyseTemplate(source);
  if ('fault' in analysed) return [{ severity: 'error', code: 'invalid_template', message: analysed.fault }];
  return [
    ...variableNotes(analysed.variables, options),
    ...partialNotes(source),
    ...loopNotes(source),
    ...referenceNotes(source, options),
    ...durationNotes(source, options),
  ].toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

function variableNotes(
  variables: readonly { name: string; line: number }[],
  { fields, columns }: LintOptions,
): LintNote[] {
  const fieldNames = Object.keys(fields ?? {});
  const known = new Set([...fieldNames, ...(columns ?? []), 'row']);
  const whole = fields !== undefined || columns !== undefined;
  const unknown = whole ? variables.filter(({ name }) => !known.has(name)) : [];
  const used = new Set(variables.map(({ name }) => name));
  return [
    ...unknown.map(
      ({ name, line }): LintNote => ({
        severity: 'error',
        code: 'unknown_variable',
        message: `there is no field "${name}". Known: ${[...known].filter((one) => one !== 'row').join(', ') || 'none'}.`,
        line,
      }),
    ),
    ...fieldNames
      .filter((name) => !used.has(name) && !used.has('row'))
      .map(
        (name): LintNote => ({
          severity: 'note',
          code: 'unused_field',
          message: `the field "${name}" is never used.`,
        }),
      ),
  ];
}

const partialPattern = /\{%-?\s*(include|render|layout)\b/g;

const partialNotes = (source: string) =>
  [...source.matchAll(partialPattern)].map(
    ({ index, 1: tag = '' }): LintNote => ({
      severity: 'error',
      code: 'invalid_template',
      message: `"${tag}" finds nothing: there are no templates beside this one.`,
      line: lineAt(source, index),
    }),
  );

const loopPattern = /\{%-?\s*(?:for|tablerow)\s+[\w-]+\s+in\s+\(([^)]*?)\.\.([^)]*?)\)([^%]*)%\}/g;

function loopNotes(source: string): LintNote[] {
  return [...source.matchAll(loopPattern)].flatMap(({ index, 1: from = '', 2: to = '', 3: rest = '' }) => {
    const limit = Number(/\blimit:\s*(\d+)/.exec(rest)?.[1] ?? Number.NaN);
    const rounds = Math.min(
      ...[Number(to) - Number(from) + 1, limit].filter((number) => !Number.isNaN(number)),
    );
    if (rounds <= mostRounds) return [];
    const message = Number.isFinite(rounds)
      ? `this loop has ${rounds} rounds; ${mostRounds} is the most.`
      : 'this loop has no end that can be seen: write limit: 10 behind it.';
    return [
      { severity: 'error' as const, code: 'unbounded_loop' as const, message, line: lineAt(source, index) },
    ];
  });
}

const numberedTag = /(?<![\p{L}\p{N}])@(image|video|audio)(\d+)(?![\p{L}\p{N}_-])/giu;

function referenceNotes(source: string, { references, aliases = [] }: LintOptions): LintNote[] {
  if (references === undefined) return [];
  const known = new Set(aliases.map((alias) => alias.toLowerCase()));
  return [...source.matchAll(numberedTag)].flatMap(({ 0: tag, 1: word = '', 2: number = '', index }) => {
    const kind = word.toLowerCase() as MediaKind;
    const most = references[kind];
    if (known.has(tag.slice(1).toLowerCase()) || (Number(number) >= 1 && Number(number) <= most)) return [];
    const given =
      most === 0 ? `no ${kind} is given` : `${most} of that kind ${most === 1 ? 'is' : 'are'} given`;
    return [
      {
        severity: 'error' as const,
        code: 'no_such_reference' as const,
        message: `${tag} does not exist: ${given}.`,
        line: lineAt(source, index),
      },
    ];
  });
}

function durationNotes(source: string, { durationSeconds }: LintOptions): LintNote[] {
  if (durationSeconds === undefined) return [];
  const prompted = saidDuration(source.replace(/\{%.*?%\}|\{\{.*?\}\}/gs, (tag) => ' '.repeat(tag.length)));
  if (prompted === undefined || prompted.seconds === durationSeconds) return [];
  return [
    {
      severity: 'note',
      code: 'duration_field_wins',
      message: `the text says "${prompted.said}"; the field duration, ${durationSeconds} s, is what will be made.`,
      line: lineAt(source, source.indexOf(prompted.said)),
    },
  ];
}

const lineAt = (source: string, index: number) => source.slice(0, index).split('\n').length;
