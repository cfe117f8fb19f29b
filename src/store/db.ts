import pg from 'pg';
import { AppError } from '../domain/errors.ts';

/** All a query needs. Pool and transaction look alike. */
export interface Db {
  query<Row>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** A pool: each query on any connection; `transaction` on one, rolled back if `work` throws. */
export interface Store extends Db {
  transaction<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** Calls back with the payload of every notification on `channel`, reconnecting for as long as the store is open. */
  listen(channel: string, onMessage: (payload: string) => void): Promise<void>;
  close(): Promise<void>;
}

const int8 = 20;

// Credits and sizes are bigint columns; all of ours stay far below 2^53, and a number that did not would throw here.
pg.types.setTypeParser(int8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is beyond the safe integers`);
  return value;
});

export function openStore(
  url: string,
  options: { connections?: number; log?: (message: string, error: unknown) => void } = {},
): Store {
  const log = options.log ?? (() => {});
  const pool = new pg.Pool({
    connectionString: url,
    max: options.connections ?? 10,
    application_name: 'kinora',
  });
  // An idle connection that breaks is replaced at the next query; without a handler it would end the process.
  pool.on('error', (error) => {
    if (open) log('a database connection broke', error);
  });
  const listeners = new Set<() => Promise<void>>();
  let open = true;

  return {
    query: (sql, values) => run(pool, sql, values),
    async transaction(work) {
      const client = await pool.connect().catch((error) => {
        throw isAway(error) ? databaseAway(error) : error;
      });
      let broken = false;
      // The query under way rejects with the same fault; between two queries nobody else would hear of it.
      const onBreak = () => {
        broken = true;
      };
      client.on('error', onBreak);
      try {
        await run(client, 'begin', undefined);
        const result = await work({ query: (sql, values) => run(client, sql, values) });
        await run(client, 'commit', undefined);
        return result;
      } catch (error) {
        await client.query('rollback').catch(() => {
          broken = true;
        });
        throw error;
      } finally {
        client.off('error', onBreak);
        client.release(broken);
      }
    },
    async listen(channel, onMessage) {
      let client: pg.Client | undefined;
      const connect = async () => {
        const next = new pg.Client({ connectionString: url, application_name: 'kinora-listen' });
        next.on('error', (error) => {
          if (open) log('the listening connection broke', error);
        });
        next.on('end', () => {
          if (open)
            setTimeout(() => void connect().catch((error) => log('cannot listen', error)), 500).unref();
        });
        next.on('notification', (message) => onMessage(message.payload ?? ''));
        await next.connect();
        client = next;
        await next.query(`listen ${pg.escapeIdentifier(channel)}`);
      };
      listeners.add(async () => client?.end());
      await connect();
    },
    async close() {
      open = false;
      await Promise.all([...listeners].map((end) => end()));
      await pool.end();
    },
  };
}

/**
 * Statements with values are prepared once per connection, under a name of their own: parsing and planning the large
 * ones costs more than running them.
 */
const statementNames = new Map<string, string>();

function statementName(sql: string): string {
  const known = statementNames.get(sql);
  if (known !== undefined) return known;
  const name = `s${statementNames.size}`;
  statementNames.set(sql, name);
  return name;
}

async function run<Row>(
  connection: Pick<pg.ClientBase, 'query'>,
  sql: string,
  values: readonly unknown[] | undefined,
): Promise<Row[]> {
  try {
    const { rows } =
      values === undefined
        ? await connection.query(sql)
        : await connection.query({ name: statementName(sql), text: sql, values: [...values] });
    return rows as Row[];
  } catch (error) {
    throw isAway(error) ? databaseAway(error) : error;
  }
}

/** Connection faults: of the network, of a server that stops or starts (classes 08 and 57P), and of `pg` itself. */
function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return (
    /^(08...|57P..|ECONN.*|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH)$/.test(code) ||
    /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/.test(
      error.message,
    )
  );
}

function databaseAway(cause: unknown): AppError {
  return new AppError('unavailable', 'The database does not answer just now.', {
    hint: 'Try again shortly. Repeat a submit with the same Idempotency-Key: it may have gone through.',
    retryable: true,
    retryAfterSeconds: 2,
    cause,
  });
}
