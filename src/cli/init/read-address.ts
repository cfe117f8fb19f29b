import { setTimeout as sleep } from 'node:timers/promises';
import { askPatiently, bodyOf } from '../../batch/ask-patiently.ts';
import { expandHeaders } from '../../batch/environment.ts';
import { AppError } from '../../domain/errors.ts';
import type { Environment } from '../command.ts';
import { UsageError } from '../exit-codes.ts';

/** What an address is asked with. */
export interface Reaching {
  env: Environment;
  /** With variables by their names, as a workflow has them. */
  headers: Readonly<Record<string, string>>;
  signal: AbortSignal;
}

const timeoutMs = 30_000;
const mostBytes = 50_000_000;

/** Reads it as a run would: headers go to its own origin alone. Throws a UsageError where that cannot be. */
export async function readAddress(
  address: string,
  { env, headers, signal }: Reaching,
): Promise<{ text: string; headers: Headers }> {
  try {
    const response = await askPatiently(
      address,
      { home: address, headers: expandHeaders(headers, { env: (name) => env[name] }), timeoutMs, signal },
      {
        fetch: (url, request) => fetch(url, request),
        sleep: (ms, within) => sleep(ms, undefined, { signal: within }),
      },
    );
    const chunks: Uint8Array[] = [];
    for await (const chunk of bodyOf(response, { name: address, maxBytes: mostBytes, signal }))
      chunks.push(chunk);
    const text = new TextDecoder().decode(Buffer.concat(chunks));
    return { text, headers: response.headers };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const hint = error.hint?.replaceAll('source.headers', '--header');
    throw new UsageError(error.message, hint);
  }
}

/** The field of `source:` that holds them, where there are any. */
export const headerFields = ({ headers }: Pick<Reaching, 'headers'>) =>
  Object.keys(headers).length === 0 ? {} : { headers };
