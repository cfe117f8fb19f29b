import type { Json } from './json.ts';

export const fieldTypes = ['text', 'number', 'boolean', 'list', 'url', 'date'] as const;

export type FieldType = (typeof fieldTypes)[number];

/** One field that a template takes from each row. */
export interface TemplateField {
  type: FieldType;
  /** Where it stands in the row, if under another name. */
  column?: string | undefined;
  /** Whether a row without it is at fault; only of use without a default. */
  required: boolean;
  /** Stands in for a cell that is missing or empty. */
  default?: Json | undefined;
  /** Characters of a text or URL, items of a list, the value of a number, `2026-11-28` for a date; both ends are allowed. */
  min?: number | string | undefined;
  max?: number | string | undefined;
  /** The only values it may have. */
  one_of?: readonly (string | number)[] | undefined;
  description?: string | undefined;
}

export type TemplateFields = Readonly<Record<string, TemplateField>>;

/** A name that Liquid can say: letters, digits and _, not beginning with a digit. */
export const fieldNamePattern = /^[A-Za-z_][A-Za-z0-9_]{0,59}$/;

export const templateLimits = { characters: 20_000, fields: 60, names: 1_000 } as const;

/** Letters, digits, `.`, `_` and `-`: a name that a file, a URL and `name@3` can carry. */
export const resourceNamePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/;
