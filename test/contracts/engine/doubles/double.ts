import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { signatureFault, signatureHeader } from '../../../../src/engines/simulated/callback-signature.ts';
import {
  type BookEntry,
  callbackBodySchema,
  jobAnswerSchema,
  refusalSchema,
} from '../../../../src/engines/simulated/wire.ts';
import type { AskedJob, Dialect, ToldJob, WireReply, WireRequest } from './dialect.ts';

export interface Double {
  origin: string;
  close(): Promise<void>;
}

const sizes: Record<string, { width: number; height: number }> = {
  '16:9': { width: 1280, height: 720 },
  '9:16': { width: 720, height: 1280 },
  '1:1': { width: 960, height: 960 },
};

/**
 * A provider that speaks a dialect, in front of the simulated one, which keeps the book, makes the videos and misbehaves
 * as the prompt says: whatever JSON ends it is the job's `simulate`. It keeps nothing itself, so it can be killed.
 */
export async function startDouble(options: {
  dialect: Dialect;
  provider: string;
  port?: number;
}): Promise<Double> {
  const { dialect, provider } = options;
  const server = createServer(async (request, response) => {
    response.on('error', () => {});
    try {
      await serve(request, response);
    } catch {
      // The provider behind has cut the connection, or is dead.
      response.destroy();
    }
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the double has no port');
  const origin = `http://127.0.0.1:${address.port}`;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin);
    const body = await textOf(request);
    if (url.pathname === '/book') return send(response, { status: 200, text: await cleanBook(provider) });
    if (url.pathname.startsWith('/outputs/')) return passOn(`${provider}${url.pathname}`, response);
    if (url.pathname === '/told') return send(response, await passCallback(url, request, body));
    const asked = dialect.read({
      method: request.method ?? '',
      url,
      headers: request.headers as WireRequest['headers'],
      body: parsed(body),
    });
    if (asked === undefined) return send(response, { status: 404, text: 'There is no such route.' });
    switch (asked.what) {
      case 'other':
        return reply(response, asked.reply);
      case 'start':
        return answer(response, await begin(asked.job), dialect.started);
      case 'check':
        return answer(response, await ask('GET', `/jobs/${asked.jobId}`), (job) =>
          dialect.checked(job, asked.view),
        );
      case 'cancel': {
        const before = await ask('GET', `/jobs/${asked.jobId}`);
        return answer(response, before, async (job) => {
          if (!asked.ifQueued || job.status === 'queued') await ask('POST', `/jobs/${asked.jobId}/cancel`);
          return dialect.canceled(job);
        });
      }
      case 'list':
        return reply(response, dialect.listed?.(await listed(provider), asked) ?? { status: 404 });
    }
  }

  /** An answer of the simulated provider, in the words of the dialect. */
  async function answer(
    response: ServerResponse,
    given: Response,
    write: (job: ToldJob) => WireReply | Promise<WireReply>,
  ): Promise<void> {
    const body: unknown = await given.json();
    const refusal = given.ok ? undefined : refusalSchema.parse(body);
    const retryAfter = given.headers.get('retry-after');
    const headers = retryAfter === null ? {} : { 'retry-after': retryAfter };
    if (refusal !== undefined)
      return reply(response, dialect.refused({ status: given.status, ...refusal.error }), headers);
    return reply(response, await write(toldOf(jobAnswerSchema.parse(body), origin)), headers);
  }

  const ask = (method: 'GET' | 'POST', path: string, body?: object) =>
    fetch(`${provider}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });

  const begin = ({ prompt, durationSeconds, ratio, callbackUrl, echo, ...job }: AskedJob) =>
    ask('POST', '/jobs', {
      ...job,
      prompt,
      duration: durationSeconds,
      aspect_ratio: ratio,
      ...sizes[ratio],
      attempt_id: withEcho(callbackUrl?.split('/').at(-1) ?? 'nobody', { ...echo, at: Date.now() }),
      ...(callbackUrl === undefined
        ? {}
        : { callback_url: `${origin}/told?to=${encodeURIComponent(callbackUrl)}` }),
      simulate: simulateIn(prompt),
    });

  /** What the simulated provider tells goes on in the words of the dialect; a forgery stays one. */
  async function passCallback(url: URL, request: IncomingMessage, body: string): Promise<SentReply> {
    const signature = request.headers[signatureHeader];
    const fault = signatureFault(body, {
      signature: typeof signature === 'string' ? signature : undefined,
      secret: 'simulated',
      now: Date.now(),
    });
    const { job_id: jobId, status } = callbackBodySchema.parse(JSON.parse(body));
    const callback = dialect.callback({ jobId, status }, { forged: fault !== undefined });
    const answered = await fetch(url.searchParams.get('to') ?? '', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...callback.headers },
      body: callback.body,
      redirect: 'manual',
    });
    return { status: answered.status, text: await answered.text() };
  }

  return {
    origin,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface SentReply {
  status: number;
  text: string;
}

function send(
  response: ServerResponse,
  { status, text }: SentReply,
  headers: Record<string, string> = {},
): void {
  const hasBody = status !== 204;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(hasBody ? text : undefined);
}

const reply = (response: ServerResponse, { status, body }: WireReply, headers: Record<string, string> = {}) =>
  send(response, { status, text: body === undefined ? '' : JSON.stringify(body) }, headers);

async function passOn(url: string, response: ServerResponse): Promise<void> {
  const answered = await fetch(url);
  response.writeHead(answered.status, {
    'content-type': answered.headers.get('content-type') ?? 'application/octet-stream',
    'content-length': answered.headers.get('content-length') ?? '0',
  });
  if (answered.body === null) return void response.end();
  const bytes = Readable.fromWeb(answered.body as Parameters<typeof Readable.fromWeb>[0]);
  // It may break off once more when the pipeline has given it up already.
  bytes.on('error', () => {});
  await pipeline(bytes, response);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const simulateIn = (prompt: string): object => {
  const json = parsed(/\{.*\}$/s.exec(prompt)?.[0] ?? '{}');
  return typeof json === 'object' && json !== null ? json : {};
};

const echoSchema = z.record(z.string(), z.union([z.string(), z.number()]));

/** The simulated provider keeps an attempt's id, and so whatever stands behind it. */
const withEcho = (attemptId: string, echo: AskedJob['echo']) =>
  `${attemptId}~${Buffer.from(JSON.stringify(echo)).toString('base64url')}`;

function echoOf(attemptId: string): z.infer<typeof echoSchema> {
  const [, text = ''] = attemptId.split('~');
  return echoSchema.parse(parsed(Buffer.from(text, 'base64url').toString('utf8')) ?? {});
}

function toldOf(job: z.infer<typeof jobAnswerSchema>, origin: string): ToldJob {
  const { at, ...echo } = echoOf(job.attempt_id);
  return {
    jobId: job.job_id,
    status: job.status,
    outputUrl: typeof job.output?.url === 'string' ? `${origin}${new URL(job.output.url).pathname}` : null,
    error: job.error ?? null,
    echo,
    acceptedAt: Number(at),
  };
}

async function bookOf(provider: string): Promise<BookEntry[]> {
  const text = await (await fetch(`${provider}/book`)).text();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as BookEntry);
}

const cleanBook = async (provider: string) =>
  (await bookOf(provider))
    .map((entry) => `${JSON.stringify({ ...entry, attempt_id: entry.attempt_id.split('~')[0] })}\n`)
    .join('');

/** Newest first. */
const listed = async (provider: string): Promise<ToldJob[]> =>
  (await bookOf(provider))
    .map(({ job_id: jobId, attempt_id, state }) => {
      const { at, ...echo } = echoOf(attempt_id);
      return { jobId, status: state, outputUrl: null, error: null, echo, acceptedAt: Number(at) };
    })
    .sort((a, b) => b.acceptedAt - a.acceptedAt);
