import { destination, pino } from 'pino';
import type { Config } from '../config.ts';
import type { Log } from '../main.ts';

const standardError = 2;

/** The log of a server, on standard error: one JSON object a line, or lines for a person at a terminal. */
export function serveLog({ level, readable }: { level: Config['logLevel']; readable: boolean }): Log {
  const log = pino(
    { level, base: null, serializers: { error: describeError } },
    readable
      ? { write: (line) => process.stderr.write(readableLine(line)) }
      : destination({ fd: standardError, sync: true }),
  );
  return {
    info: (message, details) => log.info(details ?? {}, message),
    warn: (message, details) => log.warn(details ?? {}, message),
    error: (message, details) => log.error(details ?? {}, message),
  };
}

/** Not every property of an error: those of a database hold the whole connection. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = 'code' in error ? { code: error.code } : {};
  const cause = error.cause === undefined ? {} : { cause: describeError(error.cause) };
  return { name: error.name, message: error.message, ...code, stack: error.stack, ...cause };
}

const words: Record<number, string> = { 40: 'warning: ', 50: 'error: ', 60: 'fatal: ' };

function readableLine(line: string): string {
  const { level, time, msg, error, ...rest } = JSON.parse(line) as {
    level: number;
    time: number;
    msg: string;
    error?: { stack?: string; message?: string };
  };
  const at = new Date(time).toTimeString().slice(0, 8);
  const details = Object.keys(rest).length === 0 ? '' : ` ${JSON.stringify(rest)}`;
  const why = error === undefined ? '' : `\n  ${error.stack ?? error.message ?? JSON.stringify(error)}`;
  return `${at} ${words[level] ?? ''}${msg}${details}${why}\n`;
}
