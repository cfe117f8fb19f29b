import { Agent, type FormData, request } from 'undici';

/** What came back from one call of a server of the operator's own; nothing is made of it here. */
export type Reply =
  | { status: 'answered'; code: number; body: unknown; retryAfterSeconds: number | undefined }
  /** No connection came about: the server has not heard of the call, for certain. */
  | { status: 'unreached'; message: string }
  /** The call went out, and there is no whole answer to it. */
  | { status: 'lost'; message: string };

export interface Ask {
  method: 'GET' | 'POST' | 'DELETE';
  /** One of the exact origins that the operator has set. */
  origin: string;
  path: string;
  body?: { json: unknown } | { form: FormData };
  signal: AbortSignal;
}

/** One call, once: whether it may be repeated is not known here. A body that is no JSON is undefined. Never throws. */
export type AskServer = (ask: Ask) => Promise<Reply>;

/** Of one answer. A list of a server's jobs is the largest. */
const mostAnswerBytes = 64_000_000;

/** `key` goes along as a bearer token. */
export function createServerCalls(options: { key?: string | undefined } = {}): {
  ask: AskServer;
  close(): Promise<void>;
} {
  // A connection for each call. One that was kept may be closed by the server just as a call goes out on it, and then
  // nobody knows whether a start was read.
  const agent = new Agent({ pipelining: 0 });
  const authorization = options.key === undefined ? {} : { authorization: `Bearer ${options.key}` };
  let isClosed = false;
  return {
    async ask({ method, origin, path, body, signal }) {
      if (isClosed) return { status: 'unreached', message: 'the engine is closed' };
      if (signal.aborted)
        return { status: 'unreached', message: 'the time was over before the call went out' };
      const headers = { accept: 'application/json', 'user-agent': 'Kinora', ...authorization };
      try {
        const answer = await request(`${origin}${path}`, {
          method,
          dispatcher: agent,
          signal,
          headersTimeout: 0,
          bodyTimeout: 0,
          ...(body === undefined
            ? { headers }
            : 'json' in body
              ? {
                  headers: { ...headers, 'content-type': 'application/json' },
                  body: JSON.stringify(body.json),
                }
              : { headers, body: body.form }),
        });
        return {
          status: 'answered',
          code: answer.statusCode,
          body: parsedJson(await textOf(answer.body)),
          retryAfterSeconds: secondsOf(answer.headers['retry-after']),
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

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > mostAnswerBytes) throw new Error(`the answer is longer than ${mostAnswerBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const unconnected = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
];

function unanswered(error: unknown, signal: AbortSignal): Reply {
  if (signal.aborted) return { status: 'lost', message: 'no answer came in time' };
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'no code';
  if (unconnected.includes(code)) return { status: 'unreached', message: `it cannot be reached (${code})` };
  return { status: 'lost', message: `the connection broke before an answer was whole (${code})` };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `Retry-After` in either of its forms. */
function secondsOf(header: string | string[] | undefined): number | undefined {
  if (typeof header !== 'string') return undefined;
  const seconds = /^\d+(\.\d+)?$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}
