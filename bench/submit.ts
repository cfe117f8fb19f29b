import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createAccount } from '../src/store/accounts.ts';
import type { Store } from '../src/store/db.ts';
import { insertFile } from '../src/store/files.ts';
import { createKey } from '../src/store/keys.ts';
import { withDatabase } from './database.ts';
import { load } from './load.ts';
import { median, type Report } from './report.ts';
import { residentBytes } from './resident-bytes.ts';
import type { ServerMessage, ServerOptions, Submitter } from './submit-server.ts';

const rounds = 5;
const seconds = 3;
const connections = 16;

/** Two ways into the real app, and the least that could do the same. */
const sides = ['fal', 'v1', 'bare'] as const;

type Side = (typeof sides)[number];

/**
 * Submits per second through the fal face and `/v1`, against a Hono server that runs the same transaction as one bare SQL
 * call. Each side has a process of its own; all take turns.
 */
export async function benchSubmit(report: Report): Promise<void> {
  await withDatabase(async ({ url: databaseUrl, store }) => {
    for (const [name, count] of [
      ['one hot account', 1],
      ['100 accounts', 100],
    ] as const) {
      const submitters: Submitter[] = [];
      for (let n = 0; n < count; n += 1) submitters.push(await openSubmitter(store, n));
      const servers = {
        fal: await startServer({ kind: 'ours', databaseUrl, submitters }),
        v1: await startServer({ kind: 'ours', databaseUrl, submitters }),
        bare: await startServer({ kind: 'baseline', databaseUrl, submitters }),
      };
      const figures: Record<Side, Figures[]> = { fal: [], v1: [], bare: [] };
      for (let round = -1; round < rounds; round += 1)
        for (const side of sides) {
          const { origin, pid } = servers[side];
          const figure = await load({ origin, connections, seconds, ...shapes[side](submitters) });
          // The first round warms all of them up and does not count.
          if (round >= 0) figures[side].push({ ...figure, megabytes: (await residentBytes(pid)) / 1e6 });
        }
      for (const server of Object.values(servers)) await server.stop();
      addFigures(report, name, figures);
    }
  });
}

type Figures = Awaited<ReturnType<typeof load>> & { megabytes: number };

function addFigures(report: Report, name: string, figures: Record<Side, Figures[]>): void {
  const middle = (side: Side, key: keyof Figures) => median(figures[side].map((figure) => figure[key]));
  for (const [side, way] of [
    ['fal', 'fal face'],
    ['v1', '/v1'],
  ] as const) {
    const both = (key: keyof Figures) => ({ ours: middle(side, key), baseline: middle('bare', key) });
    const perSecond = both('perSecond');
    const ratio = perSecond.ours / perSecond.baseline;
    report.add({ case: `${way}, ${name}`, ...perSecond, ratio, unit: 'submits/s' });
    report.add({ case: `${way} p50, ${name}`, ...both('p50Ms'), unit: 'ms' });
    report.add({ case: `${way} p99, ${name}`, ...both('p99Ms'), unit: 'ms' });
    report.add({ case: `${way} memory, ${name}`, ...both('megabytes'), unit: 'MB' });
  }
}

const prompt = '@Image1 rotates slowly on a clean surface, soft studio lighting';
const endpoint = 'bytedance/seedance-2.0/reference-to-video';

/** The same video, asked for in the words of each side. */
const shapes: Record<
  Side,
  (submitters: readonly Submitter[]) => Pick<Parameters<typeof load>[0], 'path' | 'request'>
> = {
  fal: (submitters) => ({
    path: `/fal/${endpoint}`,
    request: (n) =>
      asked('Key', submitters, n, ({ fileId }) => ({
        prompt,
        image_urls: [fileId],
        duration: '5',
        aspect_ratio: '16:9',
        seed: n,
      })),
  }),
  v1: (submitters) => ({
    path: `/v1/${endpoint}`,
    request: (n) =>
      asked('Bearer', submitters, n, ({ fileId }) => ({
        prompt,
        reference_images: [fileId],
        duration: 5,
        aspect_ratio: '16:9',
        seed: n,
      })),
  }),
  bare: (submitters) => shapes.v1(submitters),
};

function asked(
  scheme: string,
  submitters: readonly Submitter[],
  n: number,
  body: (submitter: Submitter) => object,
) {
  const submitter = submitters[n % submitters.length];
  if (submitter === undefined) throw new Error('no submitter');
  return {
    headers: { authorization: `${scheme} ${submitter.secret}`, 'content-type': 'application/json' },
    body: JSON.stringify(body(submitter)),
  };
}

async function openSubmitter(store: Store, n: number): Promise<Submitter> {
  const account = await createAccount(store, {
    name: `bench ${n}`,
    concurrencyLimit: 10,
    timeZone: 'UTC',
    credits: { live: 1_000_000_000, test: 0 },
  });
  const { key, secret } = await createKey(store, { accountId: account.id, mode: 'live', name: 'bench' });
  const sha256 = n.toString(16).padStart(64, '0');
  const facts = { kind: 'image', contentType: 'image/jpeg', width: 1280, height: 1280 } as const;
  const file = { accountId: account.id, sha256, sizeBytes: 1, facts, name: undefined };
  // Planning needs only what is known of the file; its bytes are never opened here.
  const { id } = await insertFile(store, file, async () => {});
  return { accountId: account.id, keyId: key.id, secret, fileId: id, sha256 };
}

async function startServer(
  options: ServerOptions,
): Promise<{ origin: string; pid: number; stop(): Promise<void> }> {
  const child = fork(new URL('./submit-server.ts', import.meta.url));
  child.send(options);
  const [message] = (await once(child, 'message')) as [ServerMessage];
  return {
    origin: message.origin,
    pid: child.pid ?? Number.NaN,
    async stop() {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}
