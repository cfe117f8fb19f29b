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
 * as the prompt says: whatever JSON ends it is the job's `simulate`. It keeps nothing itself, so it can be killed. Several in
 * front of one simulated provider are several servers: each knows the jobs alone that it has taken.
 */
export async function startDouble(options: {
  dialect: Dialect;
  provider: string;
  port?: number;
  /** Of every video whose request does not say it; absent: what the ratio usually means. */
  size?: { width: number; height: number };
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
  const { port } = address;
  const origin = `http://127.0.0.1:${port}`;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin);
    const bytes = await bytesOf(request);
    const body = bytes.toString('utf8');
    if (url.pathname === '/book') return send(response, { status: 200, text: await cleanBook(provider) });
    if (url.pathname.startsWith('/outputs/')) return passOn(`${provider}${url.pathname}`, response);
    if (url.pathname === '/told') return send(response, await passCallback(url, request, body));
    const asked = dialect.read({
      method: request.method ?? '',
      url,
      headers: request.headers as WireRequest['headers'],
      body: parsed(body),
      form: await formOf(request, bytes),
    });
    if (asked === undefined) return send(response, { status: 404, text: 'There is no such route.' });
    switch (asked.what) {
      case 'other':
        return reply(response, asked.reply);
      case 'start':
        return answer(response, await begin(asked.job), dialect.started);
      case 'check':
        return answer(response, await ask('GET', await pathOf(asked.jobId)), (job) =>
          dialect.checked(job, asked.view),
        );
      case 'cancel': {
        const path = await pathOf(asked.jobId);
        return answer(response, await ask('GET', path), async (job) => {
          if (!asked.ifQueued || job.status === 'queued') await ask('POST', `${path}/cancel`);
          return dialect.canceled(job);
        });
      }
      case 'output':
        return passOn(`${provider}/outputs/${asked.jobId}.mp4`, response);
      case 'list':
        return reply(response, dialect.listed?.(await own(), asked) ?? { status: 404 });
    }
  }

  /** The jobs of this double, newest first. */
  const own = async () => (await listed(provider)).filter(({ takenBy }) => takenBy === port);

  async function pathOf(jobId: string): Promise<string> {
    if (dialect.addressesByName !== true) return `/jobs/${jobId}`;
    const named = (await own()).find(({ name }) => name === jobId);
    return `/jobs/${named?.jobId ?? 'of_nobody'}`;
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
    const { takenBy, ...job } = toldOf(jobAnswerSchema.parse(body), origin);
    if (takenBy !== port)
      return reply(response, dialect.refused({ status: 404, code: 'unknown_job', message: 'Of another.' }));
    return reply(response, await write(job), headers);
  }

  const ask = (method: 'GET' | 'POST', path: string, body?: object) =>
    fetch(`${provider}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });

  const begin = ({ prompt, durationSeconds, ratio, size, callbackUrl, name, echo, ...job }: AskedJob) =>
    ask('POST', '/jobs', {
      ...job,
      prompt,
      duration: durationSeconds,
      aspect_ratio: ratio,
      ...(size ?? options.size ?? sizes[ratio]),
      attempt_id: withEcho(name ?? callbackUrl?.split('/').at(-1) ?? 'nobody', {
        ...echo,
        at: Date.now(),
        by: port,
      }),
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
    const callback = dialect.callback?.({ jobId, status }, { forged: fault !== undefined });
    if (callback === undefined) return { status: 404, text: 'Nobody is called back.' };
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

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function formOf({ headers }: IncomingMessage, bytes: Buffer): Promise<FormData | undefined> {
  const type = headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return undefined;
  return new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
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

/** A job, and the port of the double that has taken it. */
type TakenJob = ToldJob & { takenBy: number };

function toldOf(job: z.infer<typeof jobAnswerSchema>, origin: string): TakenJob {
  return {
    ...takenOf(job.attempt_id),
    jobId: job.job_id,
    prompt: '',
    status: job.status,
    outputUrl: typeof job.output?.url === 'string' ? `${origin}${new URL(job.output.url).pathname}` : null,
    error: job.error ?? null,
  };
}

function takenOf(attemptId: string): Pick<TakenJob, 'name' | 'echo' | 'acceptedAt' | 'takenBy'> {
  const [name = ''] = attemptId.split('~');
  const { at, by, ...echo } = echoOf(attemptId);
  return { name, echo, acceptedAt: Number(at), takenBy: Number(by) };
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
const listed = async (provider: string): Promise<TakenJob[]> =>
  (await bookOf(provider))
    .map(({ job_id: jobId, attempt_id, prompt, state }) => ({
      ...takenOf(attempt_id),
      jobId,
      prompt,
      status: state,
      outputUrl: null,
      error: null,
    }))
    .sort((a, b) => b.acceptedAt - a.acceptedAt);
