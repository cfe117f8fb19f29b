import type pg from 'pg';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { connectPostgres, databaseError } from '../connect-postgres.ts';
import { environmentName, text, wholeNumber } from '../spec-fields.ts';
import { key } from './file-or-url.ts';
import { columnTypes, type ReadValue, readerOf } from './postgres-values.ts';
import type { RawRecord, SourceDriver } from './source.ts';

/** The rows of one query, read in a transaction that cannot write. */
export const postgresSpec = z.strictObject({
  driver: z.literal('postgres'),
  key,
  query: text('query'),
  url_env: environmentName('url_env'),
  /** For the query to begin to answer, and for each part of its rows. */
  timeout_seconds: wholeNumber('timeout_seconds', 1, 3_600).default(300),
});

type PostgresSpec = z.infer<typeof postgresSpec>;

const rowsAtOnce = 500;

export const postgresSource: SourceDriver<PostgresSpec> = {
  name: ({ url_env }) => `the query of ${url_env}`,
  async *records(spec, { env, isDiscreet }, signal) {
    const place = { variable: spec.url_env, isDiscreet };
    const { client, close } = await connectPostgres(place, { env, signal });
    try {
      yield* read(client, spec, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw databaseError(error, place);
    } finally {
      await close();
    }
  },
};

async function* read(
  client: pg.Client,
  spec: PostgresSpec,
  signal: AbortSignal,
): AsyncGenerator<RawRecord, void, undefined> {
  await client.query('begin isolation level repeatable read read only');
  await client.query(
    `set local statement_timeout = ${spec.timeout_seconds * 1_000};
     set local timezone = 'UTC'; set local datestyle = 'ISO'; set local intervalstyle = 'iso_8601'`,
  );
  // A named statement is one and no more; only a query can have a cursor.
  await client.query({
    text: `declare kinora_rows no scroll cursor for ${spec.query}`,
    name: 'kinora-rows',
  });
  let readers: ReadValue[] | undefined;
  for (let number = 1; ; ) {
    const { rows, fields } = await client.query<(string | null)[]>({
      text: `fetch forward ${rowsAtOnce} from kinora_rows`,
      rowMode: 'array',
      types: { getTypeParser: () => String },
    });
    readers ??= await readersOf(client, fields, spec.key);
    const names = fields.map(({ name }) => name);
    for (const row of rows) {
      signal.throwIfAborted();
      yield asRecord(row, { names, readers, place: `row ${number}` });
      number += 1;
    }
    if (rows.length < rowsAtOnce) return;
  }
}

async function readersOf(
  client: pg.Client,
  fields: readonly pg.FieldDef[],
  key: string,
): Promise<ReadValue[]> {
  const names = fields.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new AppError('invalid_request', `The query has two columns named "${twice}".`, {
      hint: 'Give one of them another name with as.',
    });
  if (!names.includes(key))
    throw new AppError('invalid_request', `The query has no column "${key}", which source.key names.`, {
      hint: `Its columns are ${names.join(', ')}.`,
    });
  const types = await columnTypes(
    client,
    fields.map(({ dataTypeID }) => dataTypeID),
  );
  return fields.map(({ dataTypeID }) => readerOf(types.get(dataTypeID) ?? { base: 'text', isArray: false }));
}

function asRecord(
  row: readonly (string | null)[],
  { names, readers, place }: { names: readonly string[]; readers: readonly ReadValue[]; place: string },
): RawRecord {
  return {
    place,
    values: Object.fromEntries(
      names.map((name, index) => [name, row[index] == null ? null : (readers[index]?.(row[index]) ?? null)]),
    ),
  };
}
