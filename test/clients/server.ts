import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { readConfig } from '../../src/config.ts';
import type { Purse } from '../../src/domain/credits.ts';
import { priceBooks } from '../../src/domain/price-book.ts';
import { createSimulatedEngine } from '../../src/engines/simulated/index.ts';
import { startKinora } from '../../src/main.ts';
import { createMedia } from '../../src/media/create-media.ts';
import { openAccount } from '../accounts.ts';
import { createTestDatabase } from '../database.ts';

/** A whole Kinora on a port of its own, whose one engine makes test cards. */
export interface RealServer {
  url: string;
  /** A key of a new account. */
  newKey(options?: { credits?: number; mode?: Purse }): Promise<string>;
  /** A call of `/v1`, answered as JSON. */
  v1<T>(key: string, path: string): Promise<T>;
  /** Downloads a video as a stranger would, and measures it. */
  probe(url: string): Promise<Probed>;
  /** The same for bytes in hand. */
  probeBytes(bytes: ArrayBuffer | Uint8Array): Promise<Probed>;
}

/** What a decoder finds in a video: `1280×720 h264`, and its length in whole seconds. */
export interface Probed {
  picture: string;
  seconds: number;
}

export async function startRealServer(env: Record<string, string> = {}): Promise<RealServer> {
  const closers: (() => Promise<unknown>)[] = [];
  const unexpected: string[] = [];
  // Before the hook that drops the database: hooks run in the order in which they are set.
  after(async () => {
    for (const close of closers.reverse()) await close();
    assert.deepEqual(unexpected, []);
  });
  const { store, url: databaseUrl } = await createTestDatabase();
  const home = await mkdtemp(join(tmpdir(), 'kinora-clients-'));
  const simulated = createSimulatedEngine({
    name: 'simulated',
    slots: 8,
    recovery: { idempotencyKey: true, lookUp: false, callback: true },
    provider: { folder: join(home, 'simulated'), simulate: { latency_seconds: 0.1 } },
  });
  const row = { engine: simulated.engine, priceBook: priceBooks.published, simulates: true };
  closers.push(() => rm(home, { recursive: true, force: true }), simulated.close);
  const note = (message: string, details: { error?: unknown } = {}) =>
    unexpected.push(`${message}: ${String(details.error)}`);
  const kinora = await startKinora(
    readConfig({ KINORA_HOME: home, KINORA_PORT: '0', DATABASE_URL: databaseUrl, ...env }),
    { info: () => {}, warn: note, error: note },
    { engines: new Map([['simulated', { ...row, serves: ['live', 'test'] }]]) },
  );
  closers.push(kinora.close);
  const media = createMedia({});
  const probeBytes: RealServer['probeBytes'] = async (bytes) => {
    const path = join(home, 'probed.mp4');
    await writeFile(path, new Uint8Array(bytes));
    const probed = await media.probe(path);
    if (probed.status !== 'readable') throw new Error(`no video: ${probed.reason}`);
    const { width, height, durationSeconds = 0, videoCodec } = probed.facts;
    return { picture: `${width}×${height} ${videoCodec}`, seconds: Math.round(durationSeconds) };
  };
  return {
    url: kinora.url,
    async newKey({ credits = 100_000, mode = 'test' } = {}) {
      const { secret } = await openAccount(store, { credits, testCredits: credits, mode });
      return secret;
    },
    async v1<T>(key: string, path: string) {
      const response = await fetch(`${kinora.url}/v1${path}`, {
        headers: { authorization: `Bearer ${key}` },
      });
      return (await response.json()) as T;
    },
    async probe(url) {
      const response = await fetch(url);
      if (!response.ok) throw new Error(`${url} answered ${response.status}`);
      return probeBytes(await response.arrayBuffer());
    },
    probeBytes,
  };
}
