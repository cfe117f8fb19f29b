import { createHash } from 'node:crypto';
import type pg from 'pg';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { Json } from '../../domain/json.ts';
import { connectPostgres, databaseError } from '../connect-postgres.ts';
import { inGroups } from '../in-groups.ts';
import { environmentName, flag, text, wholeNumber } from '../spec-fields.ts';
import { checkUpdate } from './check-update.ts';
import { markName } from './mark-name.ts';
import { admitted, type OpenReport, openReport, toTell } from './report.ts';
import { columnOf, fieldOf, isResultField, resultFields } from './result-fields.ts';
import type { Sink, SinkContext, SinkResult } from './sink.ts';

/** One statement for each made result, and for one that shows nothing any more; its parameters in the order of `values`. */
export const postgresSinkSpec = z.strictObject({
  driver: z.literal('postgres'),
  url_env: environmentName('url_env'),
  /** One UPDATE … WHERE …, or INSERT … ON CONFLICT …. */
  update: text('update'),
  /** Fields of a result, or `row.` and a column of the source. */
  values: z.array(text('values')).min(1, { error: 'values must name what $1 stands for.' }),
  timeout_seconds: wholeNumber('timeout_seconds', 1, 3_600).default(60),
  rehearsals: flag('rehearsals'),
  allow_local: flag('allow_local'),
});

type PostgresSinkSpec = z.infer<typeof postgresSinkSpec>;

const rowsAtOnce = 100;

/**
 * A hundred rows a transaction; where one of them fails, each of those has a transaction of its own. Rehearsals are rolled
 * back, unless the sink says that it wants them.
 */
export function postgresSink(
  spec: PostgresSinkSpec,
  { env, isDiscreet }: Pick<SinkContext, 'env' | 'isDiscreet'>,
): Sink {
  checkUpdate(spec.update, spec.values.length);
  const unknown = spec.values.find((name) => !isResultField(name) && !name.startsWith('row.'));
  if (unknown !== undefined)
    throw new AppError('invalid_request', `values: there is no "${unknown}".`, {
      hint: `It is one of ${resultFields.join(', ')}, or row. and a column of the source.`,
    });
  return {
    name: `the update in ${spec.url_env}`,
    isWhole: false,
    marking: { name: markName(spec, databaseIn(spec.url_env, env)), tagOf: columnsOf(spec) },
    async write(results, signal, onTaken) {
      const report = openReport();
      const allowed = admitted(results, { report, allowLocal: spec.allow_local, signal });
      const told = toTell(allowed, report);
      const place = { variable: spec.url_env, isDiscreet };
      const { client, close } = await connectPostgres(place, { env, signal });
      try {
        await client.query(`set statement_timeout = ${spec.timeout_seconds * 1_000}`);
        for await (const rows of inGroups(told, rowsAtOnce)) {
          // All results of a run agree.
          const isTrial = rows[0]?.rehearsal === true && !spec.rehearsals;
          await (isTrial ? tryRows : writeRows)(client, { spec, rows, report, onTaken });
        }
      } catch (error) {
        signal.throwIfAborted();
        throw databaseError(error, place);
      } finally {
        await close();
      }
      return report.close();
    },
  };
}

/** Which database it is, so that another one is told everything; nothing of who connects. */
function databaseIn(variable: string, env: SinkContext['env']): string {
  const url = URL.parse(env(variable) ?? '');
  return url === null ? '' : `${url.host}${url.pathname}`;
}

/** A hash of the columns of the source that are written beside the video. */
function columnsOf({ values }: PostgresSinkSpec): (row: SinkResult['values']) => string {
  const columns = values.filter((name) => !isResultField(name)).map((name) => name.slice(4));
  return (row) =>
    columns.length === 0
      ? ''
      : createHash('sha256')
          .update(JSON.stringify(columns.map((column) => (Object.hasOwn(row, column) ? row[column] : null))))
          .digest('hex')
          .slice(0, 32);
}

interface Rows {
  spec: PostgresSinkSpec;
  rows: readonly SinkResult[];
  report: OpenReport;
  onTaken: ((result: SinkResult) => Promise<void>) | undefined;
}

async function writeRows(client: pg.Client, { spec, rows, report, onTaken }: Rows): Promise<void> {
  const outcomes = (await together(client, spec, rows)) ?? (await oneByOne(client, spec, rows));
  for (const [index, row] of rows.entries()) {
    const reason = outcomes[index];
    if (reason === undefined) {
      report.written();
      await onTaken?.(row);
    } else report.refuse(row.key, reason);
  }
}

/** Each row as it would be written, taken back at once: what is wrong with it is known, and nothing stays. */
async function tryRows(client: pg.Client, { spec, rows, report }: Rows): Promise<void> {
  for (const row of rows) {
    await client.query('begin');
    try {
      const reason = await writeRow(client, spec, row);
      // What is else looked at only at the end of a transaction.
      await client.query('set constraints all immediate');
      if (reason === undefined) report.checked();
      else report.refuse(row.key, reason);
    } catch (error) {
      if (!isOfOneRow(error)) throw error;
      report.refuse(row.key, `the database would refuse it: ${error.message}.`);
    } finally {
      await client.query('rollback');
    }
  }
}

/** Why each row was not written. */
type Outcomes = (string | undefined)[];

/** Undefined where a row failed and with it all of them. */
async function together(
  client: pg.Client,
  spec: PostgresSinkSpec,
  rows: readonly SinkResult[],
): Promise<Outcomes | undefined> {
  const outcomes: Outcomes = [];
  await client.query('begin');
  try {
    for (const row of rows) outcomes.push(await writeRow(client, spec, row));
    await client.query('commit');
    return outcomes;
  } catch (error) {
    if (!isOfOneRow(error)) throw error;
    await client.query('rollback');
    return undefined;
  }
}

async function oneByOne(
  client: pg.Client,
  spec: PostgresSinkSpec,
  rows: readonly SinkResult[],
): Promise<Outcomes> {
  const outcomes: Outcomes = [];
  for (const row of rows)
    try {
      outcomes.push(await writeRow(client, spec, row));
    } catch (error) {
      if (!isOfOneRow(error)) throw error;
      outcomes.push(`the database refused it: ${error.message}.`);
    }
  return outcomes;
}

async function writeRow(
  client: pg.Client,
  { update, values }: PostgresSinkSpec,
  row: SinkResult,
): Promise<string | undefined> {
  const parameters = values.map((name) =>
    isResultField(name) ? fieldOf(row, name) : parameter(columnOf(row, name.slice(4))),
  );
  // A named statement is parsed once, and is one statement and no more.
  const { rowCount } = await client.query({ name: 'kinora-update', text: update, values: parameters });
  return rowCount === 0 ? 'the statement matches no row of the table.' : undefined;
}

const parameter = (value: Json) =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : value;

/** What is wrong with the values of one row: data, constraints, and what a trigger raises or a lock decides. */
const isOfOneRow = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && /^(22|23|44|P0|40)/.test(String(error.code));
