import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAccount } from '../src/store/accounts.ts';
import { openStore, type Store } from '../src/store/db.ts';
import { startEmbedded } from '../src/store/embedded/start-embedded.ts';
import { insertFile } from '../src/store/files.ts';
import { createKey } from '../src/store/keys.ts';
import { migrate } from '../src/store/migrate.ts';
import type { ServerMessage, ServerOptions, Submitter } from './api-server.ts';
import { load } from './load.ts';
import { median, type Report } from './report.ts';

const rounds = 5;
const seconds = 3;
const connections = 16;
const path = '/v1/bytedance/seedance-2.0/reference-to-video';

/** Submits per second of the real API against a Hono server that runs the same transaction as one bare SQL call. */
export async function benchApi(report: Report): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'kinora-bench-'));
  await chmod(home, 0o755);
  const database = await startEmbedded({ home, log: () => {} });
  const store = openStore(database.url);
  try {
    await migrate(store);
    for (const [name, count] of [
      ['one hot account', 1],
      ['100 accounts', 100],
    ] as const) {
      const submitters: Submitter[] = [];
      for (let n = 0; n < count; n += 1) submitters.push(await openSubmitter(store, n));
      const servers = {
        ours: await startServer({ kind: 'ours', databaseUrl: database.url, submitters }),
        baseline: await startServer({ kind: 'baseline', databaseUrl: database.url, submitters }),
      };
      const figures = { ours: [] as Figures[], baseline: [] as Figures[] };
      for (let round = -1; round < rounds; round += 1)
        for (const side of ['ours', 'baseline'] as const) {
          const figure = await load({ ...shape(submitters), origin: servers[side].origin });
          // The first round warms both up and does not count.
          if (round >= 0) figures[side].push(figure);
        }
      for (const server of Object.values(servers)) await server.stop();
      const middle = (side: 'ours' | 'baseline', key: keyof Figures) =>
        median(figures[side].map((figure) => figure[key]));
      const [ours, baseline] = [middle('ours', 'perSecond'), middle('baseline', 'perSecond')];
      report.add({ case: `submit, ${name}`, ours, baseline, ratio: ours / baseline, unit: 'submits/s' });
      for (const key of ['p50Ms', 'p99Ms'] as const)
        report.add({
          case: `submit ${key.slice(0, 3)}, ${name}`,
          ours: middle('ours', key),
          baseline: middle('baseline', key),
          unit: 'ms',
        });
    }
  } finally {
    await store.close();
    await database.stop();
    await rm(home, { recursive: true, force: true });
  }
}

type Figures = Awaited<ReturnType<typeof load>>;

function shape(submitters: readonly Submitter[]) {
  return {
    path,
    connections,
    seconds,
    request(n: number) {
      const submitter = submitters[n % submitters.length];
      if (submitter === undefined) throw new Error('no submitter');
      return {
        headers: { authorization: `Bearer ${submitter.secret}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          prompt: '@Image1 rotates slowly on a clean surface, soft studio lighting',
          reference_images: [submitter.fileId],
          duration: 5,
          aspect_ratio: '16:9',
          seed: n,
        }),
      };
    },
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

async function startServer(options: ServerOptions): Promise<{ origin: string; stop(): Promise<void> }> {
  const child = fork(new URL('./api-server.ts', import.meta.url));
  child.send(options);
  const [message] = (await once(child, 'message')) as [ServerMessage];
  return {
    origin: message.origin,
    async stop() {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}
