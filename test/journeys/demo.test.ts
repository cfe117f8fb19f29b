import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import type { MadeVideo } from '../../src/cli/run/conclude-run.ts';
import { createMedia } from '../../src/media/create-media.ts';
import { openStore } from '../../src/store/db.ts';
import { startEmbedded } from '../../src/store/embedded/start-embedded.ts';
import { findImbalances } from '../../src/store/ledger.ts';
import { cleanEnvironment } from '../fixtures/clean-environment.ts';

const folder = await mkdtemp(join(tmpdir(), 'kinora-demo-'));
await chmod(folder, 0o755);
const home = join(folder, 'home');
const out = join(folder, 'out');
after(() => rm(folder, { recursive: true, force: true }));

/** Runs the first two videos of the demo with videos priced as published; `onLine` gets each line of JSON as it comes. */
async function demo(
  onLine: (line: Record<string, unknown>, kill: () => void) => void,
): Promise<number | null> {
  const child = spawn(process.execPath, ['scripts/demo.ts', '--json', '--limit', '2', '--output', out], {
    env: { ...cleanEnvironment(), KINORA_HOME: home, KINORA_LOCAL_PRICE_BOOK: 'published' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout }))
    onLine(JSON.parse(line) as Record<string, unknown>, () => child.kill('SIGKILL'));
  const [code] = (await exited) as [number | null];
  return code;
}

test('the demo, killed with -9 in the middle and run again, makes and charges every video once', {
  timeout: 400_000,
}, async () => {
  let lines = 0;
  const killed = await demo((line, kill) => {
    lines += 1;
    if ('row' in line) kill();
  });
  assert.equal(killed, null, `the first run ended by itself after ${lines} lines`);

  let last: Record<string, unknown> = {};
  assert.equal(
    await demo((line) => {
      last = line;
    }),
    0,
  );
  const videos = last['videos'] as MadeVideo[];
  assert.deepEqual(
    videos.map(({ key, credits }) => [key, credits]),
    ['MUG-01', 'PERF-02'].map((key) => [key, 303]),
  );
  for (const { path } of videos) {
    const probed = await createMedia().probe(path);
    assert.ok(probed.status === 'readable');
    const { width, height, durationSeconds, audioCodec, fastStart } = probed.facts;
    assert.deepEqual([width, height, durationSeconds, audioCodec, fastStart], [1280, 720, 5, 'aac', true]);
  }

  const database = await startEmbedded({ home: join(home, 'demo'), log: () => {} });
  const store = openStore(database.url);
  try {
    const [books] = await store.query<{ made: number; settled: number; ends: number }>(
      `select (select count(*)::int from generations) as made,
        (select sum(counterpart)::int from ledger_entries where kind = 'settle') as settled,
        (select count(*)::int from ledger_entries where kind in ('settle', 'release')) as ends`,
    );
    assert.deepEqual(books, { made: 2, settled: 606, ends: 2 });
    assert.deepEqual(await findImbalances(store), []);
  } finally {
    await store.close();
    await database.stop();
  }
});
