import type { FormData } from 'undici';
import { type Answer, type CallProvider, createCalls } from './json-api.ts';

/** One call of one of the servers that the operator has set, by exact origin. */
export interface Ask {
  method: 'GET' | 'POST' | 'DELETE';
  origin: string;
  path: string;
  body?: { json: unknown } | { form: FormData };
  signal: AbortSignal;
}

/** As `CallProvider`: once, and it never throws. */
export type AskServer = (ask: Ask) => Promise<Answer>;

/** `key` goes along as a bearer token. */
export function createServerCalls(options: { key?: string | undefined } = {}): {
  ask: AskServer;
  close(): Promise<void>;
} {
  const { call, close } = createCalls();
  const headers = options.key === undefined ? {} : { authorization: `Bearer ${options.key}` };
  return { ask: (ask) => call(callOf(ask, headers)), close };
}

function callOf(
  { method, origin, path, body, signal }: Ask,
  headers: Record<string, string>,
): Parameters<CallProvider>[0] {
  const bodyOf = body === undefined ? {} : 'json' in body ? { body: body.json } : { form: body.form };
  return { method, url: `${origin}${path}`, headers, signal, ...bodyOf };
}

/** Says of which server something is told. */
export const ofServer = (server: string, sentence: string) => `${server}: ${sentence}`;
