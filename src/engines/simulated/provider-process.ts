// A provider as a process: forked by the simulated engine, or by hand with --port and --book.
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { simulateSchema } from '../../contract/simulate.ts';
import { createMedia } from '../../media/create-media.ts';
import { createCardFiles } from './card-files.ts';
import { type Provider, startProvider } from './provider.ts';
import type { ProviderReport } from './provider-report.ts';

const { values } = parseArgs({
  options: {
    /** 0, or left out: the port of last time if it is free, else any. */
    port: { type: 'string', default: '0' },
    book: { type: 'string' },
    /** Where test cards are kept; beside the book if left out. */
    cards: { type: 'string' },
    /** Defaults of `simulate`, as JSON. */
    simulate: { type: 'string', default: '{}' },
    secret: { type: 'string', default: 'simulated' },
    ffmpeg: { type: 'string' },
    /** Stay when the parent is gone. */
    'live-on': { type: 'boolean', default: false },
  },
});
if (values.book === undefined) throw new Error('Say where the book is kept: --book FILE.');

const book = resolve(values.book);
const originFile = `${book}.origin`;
if (!values['live-on']) process.on('disconnect', () => process.exit(0));

const before = await originOfBefore();
const keeper = before === undefined ? undefined : await keeperAt(before);
if (keeper !== undefined) await leaveTo(keeper);
else await keep();

async function keep(): Promise<void> {
  const provider = await listen();
  await writeFile(originFile, provider.origin);
  await report({ origin: provider.origin });
  const end = () => void provider.close().then(() => process.exit(0));
  process.once('SIGTERM', end);
  // Ctrl-C reaches the whole terminal; a server that is still finishing its work needs its provider.
  process.on('SIGINT', process.send === undefined ? end : () => {});
}

/** Two providers would not see each other's jobs: the second leaves the book to the first, and says who that is. */
async function leaveTo(origin: string): Promise<void> {
  await report({ origin });
  if (process.send === undefined) process.stderr.write(`The book is kept already, at ${origin}.\n`);
  process.exit(process.send === undefined ? 1 : 0);
}

async function listen(): Promise<Provider> {
  const media = createMedia(values.ffmpeg === undefined ? {} : { ffmpegPath: values.ffmpeg });
  const options = {
    book,
    cards: createCardFiles({ media, folder: values.cards ?? join(dirname(book), 'cards') }),
    simulate: simulateSchema.parse(JSON.parse(values.simulate)),
    callbackSecret: values.secret,
  };
  const port = Number(values.port);
  const portBefore = before === undefined ? 0 : Number(new URL(before).port);
  if (port !== 0 || portBefore === 0) return startProvider({ ...options, port });
  try {
    // URLs that were told before a restart go on working.
    return await startProvider({ ...options, port: portBefore });
  } catch (error) {
    if (!isPortTaken(error)) throw error;
    return startProvider({ ...options, port: 0 });
  }
}

async function originOfBefore(): Promise<string | undefined> {
  const text = await readFile(originFile, 'utf8').catch(() => '');
  return URL.parse(text)?.origin;
}

/** The origin, if a living provider answers there that keeps this very book. */
async function keeperAt(origin: string): Promise<string | undefined> {
  try {
    const answer = await fetch(origin, { signal: AbortSignal.timeout(2_000) });
    const said = z.object({ book: z.literal(book) }).safeParse(await answer.json());
    return said.success ? origin : undefined;
  } catch {
    return undefined;
  }
}

const isPortTaken = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

function report(message: ProviderReport): Promise<void> {
  if (process.send === undefined) {
    process.stdout.write(`${message.origin}\n`);
    return Promise.resolve();
  }
  return new Promise((resolve) => process.send?.(message, undefined, undefined, () => resolve()));
}
