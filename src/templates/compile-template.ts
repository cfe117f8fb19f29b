import { Liquid, LiquidError } from 'liquidjs';
import { AppError } from '../domain/errors.ts';
import type { Json } from '../domain/json.ts';

export interface Template {
  /** The text for one row. Throws an AppError that names the variable that is unknown or empty. */
  render(values: Readonly<Record<string, Json>>): string;
}

const engine = new Liquid({
  strictVariables: true,
  strictFilters: true,
  ownPropertyOnly: true,
  // No include, render or layout reads a file: there are no templates beside this one.
  templates: {},
  outputEscape: refuseEmpty,
  parseLimit: 100_000,
  renderLimit: 500,
  memoryLimit: 1_000_000,
});

/**
 * Liquid, strictly: a misspelt variable, an unknown filter and a slot that would stay empty are errors, never holes
 * in a prompt. Columns whose names are not words are reached as `row["Product name"]`.
 */
export function compileTemplate(source: string, field: string): Template {
  const parsed = attempt(() => engine.parse(source), `${field} is not a template`);
  const pieces = plainPieces(source);
  return {
    render(values) {
      const plain = pieces === undefined ? undefined : fillPlain(pieces, values);
      if (plain !== undefined) return plain;
      // Only `row` may be hidden by a column of that name: what a person writes in their table wins.
      const text = whole(attempt(() => String(engine.renderSync(parsed, { row: values, ...values })), field));
      const left = /\{\{|\}\}|\{%|%\}/.exec(text)?.[0];
      if (left !== undefined)
        throw new AppError(
          'invalid_request',
          `${field}: "${left}" is left in the text: ${excerpt(text, left)}`,
          {
            hint: 'A value of the row holds template signs; a video model would read them as they are.',
          },
        );
      return text;
    },
  };
}

/** Without the half of a letter that a filter such as split leaves of one: no prompt with it can be sent or kept. */
const whole = (text: string) => (text.isWellFormed() ? text : text.replaceAll(/\p{Surrogate}/gu, ''));

/** A text, then the name of a value, then a text, and so on. */
type PlainPieces = readonly string[];

const sign = /\{\{|\}\}|\{%|%\}/;
const literals = ['true', 'false', 'nil', 'null', 'empty', 'blank', 'row'];

/** Of a template of texts and bare `{{ name }}`s, which most are; undefined for one that does anything else. */
function plainPieces(source: string): PlainPieces | undefined {
  const pieces = source.split(/\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}/);
  const isPlain = pieces.every((piece, index) =>
    index % 2 === 0 ? !sign.test(piece) : !literals.includes(piece),
  );
  return isPlain ? pieces : undefined;
}

/** What Liquid would make of it, many times faster; undefined where there is anything to say about the row. */
function fillPlain(pieces: PlainPieces, values: Readonly<Record<string, Json>>): string | undefined {
  let text = '';
  for (let index = 0; index < pieces.length; index += 1) {
    const piece = pieces[index] ?? '';
    if (index % 2 === 0) {
      text += piece;
      continue;
    }
    const value = Object.hasOwn(values, piece) ? values[piece] : undefined;
    if (typeof value === 'string' ? value === '' : typeof value !== 'number' && typeof value !== 'boolean')
      return undefined;
    text += String(value);
  }
  return sign.test(text) ? undefined : text;
}

/** The names that a template takes from its values, each where it stands first; or why it is none. */
export function analyseTemplate(
  source: string,
): { variables: { name: string; line: number }[] } | { fault: string } {
  try {
    const { globals } = engine.analyzeSync(engine.parse(source), { partials: false });
    return {
      variables: Object.entries(globals).flatMap(([name, places]) => {
        const [first] = places;
        return first === undefined ? [] : [{ name, line: first.location.row }];
      }),
    };
  } catch (error) {
    if (!LiquidError.is(error)) throw error;
    return { fault: error.message };
  }
}

class EmptySlot extends Error {}

function refuseEmpty(value: unknown): string {
  if (value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0))
    throw new EmptySlot();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function attempt<T>(work: () => T, what: string): T {
  try {
    return work();
  } catch (error) {
    if (!LiquidError.is(error)) throw error;
    throw asAppError(error, what);
  }
}

function asAppError(error: LiquidError, what: string): AppError {
  if (error.originalError instanceof EmptySlot) {
    const slot = error.token.getText();
    return new AppError('invalid_request', `${what}: ${slot} is empty.`, {
      hint: `Fill the column, or say what stands there instead: ${slot.replace(/\s*-?\}\}$/, ' | default: "…" }}')}.`,
      cause: error,
    });
  }
  const unknown = /undefined variable: (.+?)(?:, (?:file|line):|$)/.exec(error.message)?.[1];
  if (unknown !== undefined)
    return new AppError('invalid_request', `${what}: there is no "${unknown}".`, {
      hint: 'Variables are the columns of the source, spelt exactly as there.',
      cause: error,
    });
  return new AppError('invalid_request', `${what}: ${error.message}.`, { cause: error });
}

function excerpt(text: string, around: string): string {
  const at = text.indexOf(around);
  return `…${text.slice(Math.max(0, at - 20), at + 30)}…`;
}
