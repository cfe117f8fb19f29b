import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { Simulate } from '../../contract/simulate.ts';
import { parsedJson } from '../parsed-json.ts';
import { type Book, type BookJob, openBook } from './book.ts';
import type { CardFiles } from './card-files.ts';
import { answerFor, checkJob } from './check-job.ts';
import { giveOutput } from './give-output.ts';
import { endsOf, jobAt } from './job-at.ts';
import { type Reply, refusal, sendReply } from './reply.ts';
import { createCallbackSender } from './send-callbacks.ts';
import { startJob } from './start-job.ts';
import { type BookEntry, idempotencyHeader } from './wire.ts';

export interface ProviderOptions {
  /** The file of its book; begun if it is not there. One provider at a time may keep a book. */
  book: string;
  cards: CardFiles;
  /** How it behaves where a request does not say. */
  simulate?: Simulate;
  /** Signs its callbacks. */
  callbackSecret: string;
}

export interface Provider {
  origin: string;
  close(): Promise<void>;
}

const host = '127.0.0.1';

/**
 * A provider of videos that are test cards, on this machine alone. All it knows stands in its book, so it can be
 * killed at any time and started again. Throws if the port is taken or the book cannot be read.
 */
export async function startProvider(options: ProviderOptions & { port: number }): Promise<Provider> {
  const { cards, simulate: defaults = {}, callbackSecret: secret, port } = options;
  const now = Date.now;
  const server = createServer();
  server.listen(port, host);
  await once(server, 'listening');
  const book = openBook(options.book, now);
  const beforeTelling = (job: BookJob) => writeEnds(book, job, now());
  const callbacks = createCallbackSender({ book, secret, now, beforeTelling });

  async function replyTo(request: IncomingMessage): Promise<Reply> {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? host}`);
    const { origin } = url;
    const [place = '', id, ...rest] = url.pathname.slice(1).split('/');
    const route = `${request.method} /${place}${id === undefined ? '' : '/*'}${rest.map((part) => `/${part}`).join('')}`;
    const told = (job: BookJob) => {
      beforeTelling(job);
      return answerFor(job, { origin, now: now() });
    };

    if (route === 'GET /')
      return { kind: 'json', status: 200, body: { book: options.book, pid: process.pid } };
    if (route === 'GET /book')
      return { kind: 'lines', lines: [...book.jobs()].map((job) => entryOf(job, now())) };
    if (route === 'POST /jobs') {
      const key = request.headers[idempotencyHeader];
      return startJob(
        { body: await jsonOf(request), idempotencyKey: typeof key === 'string' ? key : null },
        {
          book,
          defaults,
          onAccepted: callbacks.plan,
          accepted: (job) => ({ kind: 'json', status: 202, body: told(job) }),
        },
      );
    }
    if (route === 'GET /jobs') {
      const jobs = book.jobsOfAttempt(url.searchParams.get('attempt_id') ?? '').map(told);
      return { kind: 'json', status: 200, body: { jobs } };
    }
    const job = book.job((id ?? '').replace(/\.mp4$/, ''));
    if (job === undefined)
      return refusal(404, { code: 'unknown_job', message: `There is no ${url.pathname} here.` });
    if (route === 'GET /jobs/*') return checkJob(job, told(job), book);
    if (route === 'POST /jobs/*/cancel') {
      book.askCancel({ job_id: job.jobId });
      callbacks.plan(job);
      return { kind: 'json', status: 202, body: { job_id: job.jobId } };
    }
    if (route === 'GET /outputs/*' && jobAt(job, now()).state === 'succeeded')
      return giveOutput(job, { cards, book });
    return refusal(404, { code: 'not_found', message: `There is no ${url.pathname} here.` });
  }

  server.on('request', async (request, response) => {
    // The other side may hang up at any time; that is its right.
    response.on('error', () => {});
    const reply = await replyTo(request).catch((error: unknown) =>
      refusal(500, { code: 'internal', message: String(error) }),
    );
    await sendReply(response, reply);
  });
  for (const job of book.jobs()) callbacks.plan(job);

  return {
    origin: originOf(server.address()),
    async close() {
      callbacks.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      book.close();
    },
  };
}

function writeEnds(book: Book, job: BookJob, now: number): void {
  const due = endsOf(job).filter(({ at }) => at <= now);
  for (const { state, billedSeconds, costMicroUsd } of due.slice(job.endsWritten))
    book.end({
      job_id: job.jobId,
      state,
      billed_seconds: billedSeconds,
      cost_micro_usd: costMicroUsd,
    });
}

function entryOf(job: BookJob, now: number): BookEntry {
  const view = jobAt(job, now);
  const end = 'at' in view ? view : undefined;
  return {
    job_id: job.jobId,
    attempt_id: job.request.attempt_id,
    idempotency_key: job.idempotencyKey,
    prompt: job.request.prompt,
    accepted_at: new Date(job.acceptedAt).toISOString(),
    state: view.state,
    ended_at: end === undefined ? null : new Date(end.at).toISOString(),
    billed_seconds: end?.billedSeconds ?? 0,
    cost_micro_usd: end?.costMicroUsd ?? 0,
    output: job.script.output.kind,
    callbacks_delivered: [...job.calledBack.values()].filter(({ delivered }) => delivered).length,
  };
}

const mostBodyBytes = 100_000;

/** Undefined if it is no JSON, or too much of it. */
async function jsonOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > mostBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return parsedJson(Buffer.concat(chunks).toString('utf8'));
}

function originOf(address: ReturnType<ReturnType<typeof createServer>['address']>): string {
  if (address === null || typeof address === 'string') throw new Error('The provider has no port.');
  return `http://${host}:${address.port}`;
}
