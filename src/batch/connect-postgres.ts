import pg from 'pg';
import { AppError } from '../domain/errors.ts';
import { fromEnvironment } from './environment.ts';

const connectMs = 15_000;

/** A variable that holds the address of a database. */
interface Place {
  variable: string;
  /** Its address is an operator's, and errors are told to others: host, user and database stay out of them. */
  isDiscreet?: boolean | undefined;
}

/**
 * A connection to a user's own database, whose address a variable holds; closed when `signal` aborts. Throws an
 * AppError that names the variable and never shows its value.
 */
export async function connectPostgres(
  place: Place,
  { env, signal }: { env(name: string): string | undefined; signal: AbortSignal },
): Promise<{ client: pg.Client; close(): Promise<void> }> {
  const { variable } = place;
  signal.throwIfAborted();
  const address = fromEnvironment(variable, { env });
  const client = newClient(variable, address);
  // The query under way rejects with the same fault.
  client.on('error', () => {});
  const stop = () => void client.end().catch(() => {});
  try {
    await client.connect();
  } catch (cause) {
    await client.end().catch(() => {});
    signal.throwIfAborted();
    throw databaseError(cause, place);
  }
  signal.addEventListener('abort', stop, { once: true });
  return {
    client,
    async close() {
      signal.removeEventListener('abort', stop);
      await client.end().catch(() => {});
    },
  };
}

function newClient(variable: string, address: string): pg.Client {
  try {
    if (!/^postgres(ql)?:\/\//.test(address)) throw new TypeError('another scheme');
    return new pg.Client({
      connectionString: address,
      application_name: 'kinora',
      connectionTimeoutMillis: connectMs,
    });
  } catch {
    // Its cause would show the password.
    throw new AppError('invalid_request', `${variable} is not the address of a PostgreSQL database.`, {
      hint: 'Write postgresql://user:password@host:5432/database, with special signs of the password percent-encoded.',
    });
  }
}

/** What a database said, as an AppError that names the variable; what is no such thing stays as it is. */
export function databaseError(error: unknown, { variable, isDiscreet = false }: Place): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  const code = 'code' in error ? String(error.code) : '';
  if (code === '57014')
    return new AppError('invalid_request', `The database of ${variable} took longer than it may.`, {
      hint: 'Make the statement faster, or raise timeout_seconds.',
      cause: error,
    });
  // A state of SQL has five signs; other codes are of the network, or there is none where a connection ended.
  const isAway = !/^[0-9A-Z]{5}$/.test(code) || /^(08|53|57|28|3D)/.test(code);
  if (isAway)
    return new AppError(
      'unavailable',
      `The database of ${variable} cannot be used: ${isDiscreet ? reasonOf(code) : error.message}.`,
      {
        retryable: true,
        hint: isDiscreet
          ? `The operator of this server knows what is in ${variable}.`
          : `Look at ${variable}: host, port, user, password and database.`,
        cause: error,
      },
    );
  return new AppError(
    'invalid_request',
    `The database of ${variable} refused the statement: ${error.message}.`,
    {
      cause: error,
    },
  );
}

/** What kind of trouble it is, in words that name no host, user or database. */
function reasonOf(code: string): string {
  switch (code.slice(0, 2)) {
    case '28':
      return 'it refuses the login';
    case '3D':
      return 'it has no database of that name';
    case '53':
      return 'it has no room for another connection';
    case '57':
      return 'it is stopping or starting';
    default:
      return 'it cannot be reached, or has ended the connection';
  }
}
