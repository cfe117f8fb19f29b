import { Agent, buildConnector, type FormData, fetch, type Headers } from 'undici';
import { parsedJson } from './parsed-json.ts';

/** What came back from one call of a provider; nothing is made of it here. */
export type Answer = Answered | Unanswered;

export interface Answered {
  status: 'answered';
  code: number;
  /** Undefined where it is no JSON. */
  body: unknown;
  headers: Headers;
  retryAfterSeconds: number | undefined;
}

export type Unanswered =
  /** No connection came about: the provider has not heard of the call, for certain. */
  | { status: 'unreached'; message: string }
  /** The call went out, and there is no whole answer to it. */
  | { status: 'lost'; message: string };

export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: string;
  /** Goes out as JSON. */
  body?: unknown;
  /** Goes out instead of a body. */
  form?: FormData;
  headers?: Record<string, string>;
  signal: AbortSignal;
}

/** One call, once: whether it may be repeated is not known here. Redirects are answers like any other. Never throws. */
export type CallProvider = (call: Call) => Promise<Answer>;

const mostAnswerBytes = 8_000_000;

export function createCalls(): { call: CallProvider; close(): Promise<void> } {
  // A connection for each call that does something. One that was kept may be closed by the provider just as a call goes
  // out on it, and then nobody knows whether a start was read. Reading again costs nothing.
  const { connect, wasConnecting } = tellingConnector();
  const acting = new Agent({ pipelining: 0, connect });
  const reading = new Agent({ connect });
  let isClosed = false;
  return {
    async call({ method, url, body, form, headers = {}, signal }) {
      if (isClosed) return { status: 'unreached', message: 'The engine is closed.' };
      if (signal.aborted)
        return { status: 'unreached', message: 'The time was over before the call went out.' };
      try {
        const answer = await fetch(url, {
          method,
          headers: {
            accept: 'application/json',
            'user-agent': 'Kinora',
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...headers,
          },
          ...(form !== undefined ? { body: form } : body === undefined ? {} : { body: JSON.stringify(body) }),
          redirect: 'manual',
          dispatcher: method === 'GET' ? reading : acting,
          signal,
        });
        const text = await textOf(answer.body);
        if (text === undefined)
          return { status: 'lost', message: `The answer is larger than ${mostAnswerBytes} bytes.` };
        return {
          status: 'answered',
          code: answer.status,
          body: parsedJson(text),
          headers: answer.headers,
          retryAfterSeconds: secondsOf(answer.headers.get('retry-after')),
        };
      } catch (error) {
        return unanswered(error, { signal, wasConnecting });
      }
    },
    async close() {
      isClosed = true;
      await Promise.all([acting.destroy(), reading.destroy()]);
    },
  };
}

/** Undefined if there is too much of it. */
async function textOf(body: AsyncIterable<Uint8Array> | null): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > mostAnswerBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Tells which faults came while a connection was being made, a wrong certificate among them: before it stands, not a byte
 * of a call has gone out.
 */
function tellingConnector(): { connect: buildConnector.connector; wasConnecting(fault: unknown): boolean } {
  const usual = buildConnector({});
  const faults = new WeakSet<object>();
  return {
    connect: (options, callback) =>
      usual(options, (...made) => {
        if (made[0] !== null) faults.add(made[0]);
        callback(...made);
      }),
    wasConnecting: (fault) => fault instanceof Error && faults.has(fault),
  };
}

function unanswered(
  error: unknown,
  { signal, wasConnecting }: { signal: AbortSignal; wasConnecting(fault: unknown): boolean },
): Unanswered {
  if (signal.aborted) return { status: 'lost', message: 'No answer came in time.' };
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code = codeOf(cause);
  if (wasConnecting(cause))
    return { status: 'unreached', message: `The provider cannot be reached (${code}).` };
  return { status: 'lost', message: `The connection broke before an answer was whole (${code}).` };
}

const codeOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause ? String(cause.code) : 'no code';

/** `Retry-After` in either of its forms. */
function secondsOf(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = /^\d+(\.\d+)?$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}
