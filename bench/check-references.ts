import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { atMost } from '../src/batch/at-most.ts';
import { createReferenceHashes } from '../src/batch/freshness.ts';
import { emptyLock, type Lock } from '../src/batch/lock-file.ts';
import { inspectUrls } from '../src/cli/inspect-url.ts';
import { median, type Report } from './report.ts';

/** Each takes a port of this machine for a while, in every round. */
const urls = 5_000;
const rounds = 3;
const atOnce = 8;

/** As many rows wait for their references in a plan. */
const rowsAtOnce = 64;

/**
 * The references of 5,000 rows under the policy `check`: each URL asked about once, by the safe fetcher, against a server of
 * this machine that answers 304. Beside bare conditional requests to the same server, as many at a time, over connections that
 * stay open; ours makes a connection for each, so that every one is judged by where it leads.
 */
export async function benchCheck(report: Report): Promise<void> {
  const server = fork(new URL('./reference-server.ts', import.meta.url));
  try {
    const [port] = (await once(server, 'message')) as [number];
    const origin = `http://127.0.0.1:${port}`;
    const ours: number[] = [];
    const bare: number[] = [];
    // In turns, so that both meet the same machine.
    for (let round = 0; round < rounds; round += 1) {
      bare.push(await seconds(() => askBare(origin)));
      ours.push(await seconds(() => check(origin)));
    }
    const [own, rest] = [urls / median(ours), urls / median(bare)];
    report.add({
      case: `check of ${urls} references`,
      ours: own,
      baseline: rest,
      ratio: own / rest,
      unit: 'look-ups/s',
    });
  } finally {
    server.disconnect();
  }
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

const nameOf = (n: number) => `${String(n).padStart(6, '0')}.jpg`;

async function check(origin: string): Promise<void> {
  const lock: Lock = emptyLock();
  const at = new Date().toISOString();
  for (let n = 0; n < urls; n += 1)
    lock.urls.set(`${origin}/${nameOf(n)}`, {
      sha256: String(n).padStart(64, '0'),
      bytes: 100_000,
      at,
      etag: `"${nameOf(n)}"`,
    });
  const references = createReferenceHashes({
    policy: 'check',
    lock,
    inspect: inspectUrls([origin]),
    now: () => new Date(),
    signal: new AbortController().signal,
    atOnce,
  });
  for (let from = 0; from < urls; from += rowsAtOnce)
    await Promise.all(
      Array.from({ length: Math.min(rowsAtOnce, urls - from) }, async (_, n) =>
        references.ofUrl(`${origin}/${nameOf(from + n)}`, 'image'),
      ),
    );
  if (references.describe() !== `URLs (check): ${urls} unchanged by their server's word`)
    throw new Error(`the check came to something else: ${references.describe()}`);
}

async function askBare(origin: string): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  const inTurn = atMost(atOnce);
  const ask = (name: string) =>
    new Promise<void>((resolve, reject) => {
      const request = get(
        `${origin}/${name}`,
        { agent, headers: { 'if-none-match': `"${name}"` } },
        (response) => {
          response.resume().on('end', resolve);
          if (response.statusCode !== 304) reject(new Error(`${name}: ${response.statusCode}`));
        },
      );
      request.on('error', reject);
    });
  try {
    for (let from = 0; from < urls; from += rowsAtOnce)
      await Promise.all(
        Array.from({ length: Math.min(rowsAtOnce, urls - from) }, (_, n) =>
          inTurn(() => ask(nameOf(from + n))),
        ),
      );
  } finally {
    agent.destroy();
  }
}
