import type { Json } from '../domain/json.ts';
import type { TemplateField, TemplateFields } from '../domain/template-field.ts';
import { type FieldReader, fieldReaders } from './field-readers.ts';

/** What is wrong with one field of one row. */
export interface FieldFault {
  field: string;
  /** The thing, the value, the remedy. */
  message: string;
}

export interface ReadFields {
  /** The row's own values, and over them every field as its type; null for one that may be missing and is. */
  values: Record<string, Json>;
  /** Empty if the row is good. */
  faults: FieldFault[];
}

/** Reads the fields of rows, each alike. Throws nothing: what is wrong is told by field. */
export function fieldsReader(fields: TemplateFields): (row: Readonly<Record<string, Json>>) => ReadFields {
  const readers = Object.entries(fields).map(
    ([name, field]) => [name, field, fieldReaders[field.type]] as const,
  );
  return (row) => {
    const values: Record<string, Json> = { ...row };
    const faults: FieldFault[] = [];
    for (const [name, field, reader] of readers) {
      const read = readField(row, name, field, reader);
      if ('fault' in read) faults.push({ field: name, message: read.fault });
      else values[name] = read.value;
    }
    return { values, faults };
  };
}

function readField(
  row: Readonly<Record<string, Json>>,
  name: string,
  field: TemplateField,
  reader: FieldReader,
): { value: Json } | { fault: string } {
  const column = field.column ?? name;
  const cell = Object.hasOwn(row, column) ? row[column] : undefined;
  const given = isEmpty(cell) ? field.default : cell;
  if (given === undefined || isEmpty(given)) {
    if (!field.required) return { value: null };
    const where = field.column === undefined ? 'it' : `the column "${column}"`;
    return {
      fault: `${where} is ${cell === undefined ? 'missing' : 'empty'}. Fill it, or give the field a default.`,
    };
  }
  const read = reader.read(given);
  if (read === undefined) return { fault: `${shown(given)} is ${reader.isNot}.` };
  const refusal = boundsFault(read, field, reader) ?? choiceFault(read, field);
  return refusal === undefined ? { value: read } : { fault: refusal };
}

export const isEmpty = (cell: Json | undefined) =>
  cell === undefined ||
  cell === null ||
  (typeof cell === 'string' && cell.trim() === '') ||
  (Array.isArray(cell) && cell.length === 0);

function boundsFault(value: Json, { min, max }: TemplateField, reader: FieldReader): string | undefined {
  const { measure, unit } = reader;
  if (measure === undefined) return undefined;
  const size = measure(value);
  if (min !== undefined && size < min) return `${said(size, unit, value)}; ${min} is the least.`;
  if (max !== undefined && size > max) return `${said(size, unit, value)}; ${max} is the most.`;
  return undefined;
}

const said = (size: number | string, unit: string | undefined, value: Json) =>
  unit === undefined ? `it is ${size}` : `${shown(value)} has ${size} ${unit}`;

function choiceFault(value: Json, { one_of: choices }: TemplateField): string | undefined {
  if (choices === undefined) return undefined;
  const parts = Array.isArray(value) ? value : [value];
  const other = parts.find((part) => !choices.some((choice) => String(choice) === String(part)));
  return other === undefined ? undefined : `${shown(other)} is not one of ${choices.join(', ')}.`;
}

function shown(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `"${text.length > 60 ? `${text.slice(0, 60)}…` : text}"`;
}
