import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { Simulate } from '../../contract/simulate.ts';
import { siblingModule } from '../../media/sibling.ts';
import { providerReportSchema } from './provider-report.ts';

export interface LaunchOptions {
  /** Holds its book and its test cards; made if it is not there. */
  folder: string;
  /** How it behaves where a request does not say. */
  simulate?: Simulate | undefined;
  /** 0, or absent: the port of last time if it is free, else any. */
  port?: number | undefined;
  callbackSecret?: string | undefined;
  ffmpegPath?: string | undefined;
  /** Test cards elsewhere than in `folder`, so that many providers share them. */
  cardsFolder?: string | undefined;
  /** It stays when this process ends; absent: it ends too. */
  liveOn?: boolean | undefined;
}

export interface LaunchedProvider {
  origin: string;
  /** Of the process that was started here. It is gone already where another was found to keep the book. */
  pid: number | undefined;
  /** Resolves once that process is gone. */
  ended: Promise<void>;
  /** As kill -9, unless another signal is named; resolves once the process is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts a provider in a process of its own; resolves once it listens. Throws, with what it said, if it cannot. */
export async function launchProvider(options: LaunchOptions): Promise<LaunchedProvider> {
  await mkdir(options.folder, { recursive: true });
  const { liveOn = false } = options;
  const child = fork(siblingModule(import.meta.url, './provider-process'), argumentsOf(options), {
    execPath: process.execPath,
    execArgv: [],
    // A pipe that nobody empties any more would end a provider that is to live on.
    stdio: ['ignore', 'ignore', liveOn ? 'ignore' : 'pipe', 'ipc'],
    detached: liveOn,
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const origin = await reportOf(child);
  if (liveOn) child.disconnect();
  // It is no reason for this process to go on, and learns by its channel that this one has ended.
  holdOpen(child, false);
  return {
    origin,
    pid: child.pid,
    ended,
    async kill(signal = 'SIGKILL') {
      holdOpen(child, true);
      child.kill(signal);
      await ended;
    },
  };
}

function holdOpen(child: ChildProcess, isOpen: boolean): void {
  const word = isOpen ? 'ref' : 'unref';
  child[word]();
  child.channel?.[word]();
  if (child.stderr instanceof Socket) child.stderr[word]();
}

const mostSaid = 2_000;

async function reportOf(child: ChildProcess): Promise<string> {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-mostSaid);
  });
  const gone = new AbortController();
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('close', () => reject(new Error(`The simulated provider did not start: ${said.trim()}`)));
  });
  // Once it has started, how it ends is no longer told here.
  failed.catch(() => gone.abort());
  const [report] = await Promise.race([once(child, 'message', { signal: gone.signal }), failed]);
  return providerReportSchema.parse(report).origin;
}

function argumentsOf(options: LaunchOptions): string[] {
  const { folder, simulate = {}, port, callbackSecret, ffmpegPath, cardsFolder, liveOn } = options;
  return [
    ...['--book', join(folder, 'book.jsonl'), '--simulate', JSON.stringify(simulate)],
    ...(port === undefined ? [] : ['--port', String(port)]),
    ...(callbackSecret === undefined ? [] : ['--secret', callbackSecret]),
    ...(ffmpegPath === undefined ? [] : ['--ffmpeg', ffmpegPath]),
    ...(cardsFolder === undefined ? [] : ['--cards', cardsFolder]),
    ...(liveOn === true ? ['--live-on'] : []),
  ];
}
