import { Agent, fetch } from 'undici';
import { parsedJson } from './parsed-json.ts';

/** What came back from one call of a provider; nothing is made of it here. */
export type Answer =
  | { status: 'answered'; code: number; body: unknown; retryAfterSeconds: number | undefined }
  /** No connection came about: the provider has not heard of the call, for certain. */
  | { status: 'unreached'; message: string }
  /** The call went out, and there is no whole answer to it. */
  | { status: 'lost'; message: string };

export interface Call {
  method: 'GET' | 'POST';
  url: string;
  body?: unknown;
  headers?: Record<string, string>;
  signal: AbortSignal;
}

/** One call, once: whether it may be repeated is not known here. A body that is no JSON is undefined. Never throws. */
export type CallProvider = (call: Call) => Promise<Answer>;

export function createCalls(): { call: CallProvider; close(): Promise<void> } {
  // A connection for each call. One that was kept may be closed by the provider just as a call goes out on it, and
  // then nobody knows whether a start was read.
  const agent = new Agent({ pipelining: 0 });
  let isClosed = false;
  return {
    async call({ method, url, body, headers = {}, signal }) {
      if (isClosed) return { status: 'unreached', message: 'The engine is closed.' };
      if (signal.aborted)
        return { status: 'unreached', message: 'The time was over before the call went out.' };
      try {
        const answer = await fetch(url, {
          method,
          headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          redirect: 'manual',
          dispatcher: agent,
          signal,
        });
        const text = await answer.text();
        return {
          status: 'answered',
          code: answer.status,
          body: parsedJson(text),
          retryAfterSeconds: secondsOf(answer.headers.get('retry-after')),
        };
      } catch (error) {
        return unanswered(error, signal);
      }
    },
    async close() {
      isClosed = true;
      await agent.destroy();
    },
  };
}

const unconnected = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
];

function unanswered(error: unknown, signal: AbortSignal): Answer {
  if (signal.aborted) return { status: 'lost', message: 'No answer came in time.' };
  const code = codeOf(error instanceof Error ? (error.cause ?? error) : error);
  if (unconnected.includes(code))
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
