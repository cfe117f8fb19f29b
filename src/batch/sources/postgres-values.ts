import pg from 'pg';
import type { Json } from '../../domain/json.ts';

/** A column's type, domains and arrays resolved to the name of what they are made of. */
export interface ColumnType {
  base: string;
  isArray: boolean;
}

export type ReadValue = (text: string) => Json;

const textArrayOid: number = 1_009;
const readArray: (text: string) => unknown = pg.types.getTypeParser(textArrayOid, 'text');

/**
 * Reads a value as PostgreSQL writes it. `numeric`, and what a JSON number cannot hold, stays the text it is, so that
 * 12.50 keeps its zero; times are ISO 8601 in UTC; what JSON has no word for is text.
 */
export function readerOf({ base, isArray }: ColumnType): ReadValue {
  const read = scalarReader(base);
  return isArray ? (text) => mapLeaves(readArray(text), read) : read;
}

function mapLeaves(value: unknown, read: ReadValue): Json {
  if (Array.isArray(value)) return value.map((part) => mapLeaves(part, read));
  return typeof value === 'string' ? read(value) : null;
}

function scalarReader(type: string): ReadValue {
  switch (type) {
    case 'int2':
    case 'int4':
    case 'oid':
      return Number;
    case 'int8':
      return (text) => (Number.isSafeInteger(Number(text)) ? Number(text) : text);
    case 'float4':
    case 'float8':
      return (text) => (Number.isFinite(Number(text)) ? Number(text) : text);
    case 'bool':
      return (text) => text === 't';
    case 'json':
    case 'jsonb':
      return (text) => JSON.parse(text) as Json;
    case 'timestamp':
      return (text) => text.replace(' ', 'T');
    case 'timestamptz':
      return (text) => text.replace(' ', 'T').replace(/\+00$/, 'Z');
    default:
      return (text) => text;
  }
}

/** What the types of a result's columns are, by their numbers. */
export async function columnTypes(
  client: pg.Client,
  oids: readonly number[],
): Promise<Map<number, ColumnType>> {
  const { rows } = await client.query<{ asked: number; typname: string; element: string | null }>(
    `with recursive found as (
       select oid as asked, oid, typname, typtype, typbasetype, typelem, typcategory from pg_type where oid = any($1::oid[])
       union all
       select found.asked, base.oid, base.typname, base.typtype, base.typbasetype, base.typelem, base.typcategory
       from found join pg_type base on base.oid = found.typbasetype where found.typtype = 'd'
     )
     select found.asked::int8::int4 as asked, found.typname,
       case when found.typcategory = 'A' then element.typname end as element
     from found left join pg_type element on element.oid = found.typelem
     where found.typtype <> 'd'`,
    [oids],
  );
  return new Map(
    rows.map(({ asked, typname, element }) => [
      asked,
      { base: element ?? typname, isArray: element !== null },
    ]),
  );
}
