import type { Json } from '../../domain/json.ts';
import type { FieldType } from '../../domain/template-field.ts';

/** What the columns of a table seem to be for, by their names and first rows. */
export interface Guess {
  /** A column whose value is unlike that of every other row; undefined where there is none. */
  key: string | undefined;
  name: string | undefined;
  photos: { column: string; separator: string } | undefined;
  /** A yes or no that seems to say whether a row is for sale. */
  filter: string | undefined;
  fields: { column: string; type: FieldType; longest: number }[];
}

type Row = Readonly<Record<string, Json>>;

const keyNames = /^(sku|id|key|handle|slug|code|ean|gtin|g:id|article(_?number)?|product_?(id|code))$/i;
const nameNames = /^(name|title|g:title|product[ _]?(name|title)|label|headline)$/i;
const filterNames = /^(in_?stock|active|available|published|enabled|for_?sale)$/i;
const pictureName = /\.(jpe?g|png|webp|avif|gif)(\?\S*)?$/i;
const photoNames = /(photo|image|picture|img)/i;

/** Always the same for the same rows. */
export function guessColumns(rows: readonly Row[]): Guess {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const texts = (column: string) => rows.map((row) => textOf(row[column]));
  const unique = columns.filter((column) => {
    const values = texts(column);
    return values.every((value) => value !== '') && new Set(values).size === values.length;
  });
  const photos = columns
    .map((column) => photosIn(column, texts(column)))
    .find((found) => found !== undefined);
  const plain = columns.filter((column) => column !== photos?.column);
  const key =
    unique.find((column) => keyNames.test(column)) ?? unique.find((column) => column !== photos?.column);
  const others = plain.filter((column) => column !== key);
  const name =
    others.find((column) => nameNames.test(column)) ??
    others.find(
      (column) => typeOf(rows, column) === 'text' && texts(column).every((text) => text.length > 1),
    );
  const filter = others.find((column) => filterNames.test(column) && typeOf(rows, column) === 'boolean');
  return {
    key,
    name,
    photos,
    filter,
    fields: others.map((column) => ({
      column,
      type: typeOf(rows, column),
      longest: Math.max(0, ...texts(column).map((text) => [...text].length)),
    })),
  };
}

function photosIn(column: string, values: readonly string[]): Guess['photos'] {
  const given = values.filter((value) => value !== '');
  if (given.length === 0) return undefined;
  for (const separator of ['|', ';', ',', ' ']) {
    const parts = given.flatMap((value) => value.split(separator)).map((part) => part.trim());
    const pictures = parts.filter((part) => pictureName.test(part)).length;
    const several = given.some((value) => value.includes(separator));
    if (pictures === parts.length && several) return { column, separator };
  }
  if (given.every((value) => pictureName.test(value))) return { column, separator: '|' };
  const urls = given.every((value) => /^https?:\/\/\S+$/.test(value) || value.startsWith('['));
  return urls && photoNames.test(column) ? { column, separator: '|' } : undefined;
}

function typeOf(rows: readonly Row[], column: string): FieldType {
  const cells = rows.map((row) => row[column]).filter((cell) => textOf(cell) !== '');
  if (cells.length === 0) return 'text';
  if (cells.every(Array.isArray)) return 'list';
  const all = (pattern: RegExp) => cells.every((cell) => pattern.test(textOf(cell).trim()));
  if (all(/^(true|false|yes|no)$/i)) return 'boolean';
  if (all(/^[+-]?\d+(\.\d+)?$/) && !cells.some((cell) => /^0\d/.test(textOf(cell)))) return 'number';
  if (all(/^\d{4}-\d{2}-\d{2}([T ].*)?$/)) return 'date';
  if (all(/^https?:\/\/\S+$/)) return 'url';
  return 'text';
}

function textOf(cell: Json | undefined): string {
  if (cell === undefined || cell === null) return '';
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
}
