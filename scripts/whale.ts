// npm run whale [-- --rows 100000 --pending 20000 --small 500 --workers 3]: one account with very much to do beside many
// small ones, served by several processes. Prints one JSON line for each; exits with 1 where a limit was broken or a
// small account waited for more than a second.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openStore } from '../src/store/db.ts';
import { startEmbedded } from '../src/store/embedded/start-embedded.ts';
import { migrate } from '../src/store/migrate.ts';
import { runWhale, type WhaleOptions } from '../test/whale/run-whale.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '100000' },
    pending: { type: 'string', default: '20000' },
    small: { type: 'string', default: '500' },
    workers: { type: 'string', default: '3' },
  },
});

const home = await mkdtemp(join(tmpdir(), 'kinora-whale-'));
await chmod(home, 0o755);
const server = await startEmbedded({ home, log: () => {} });
let passed = true;
try {
  for (const [name, whale] of [
    ['whale_rows', { rows: Number(values.rows) }],
    ['whale_pending', { pending: Number(values.pending) }],
  ] as const) {
    const result = await runWhale({ url: await fresh(name), whale, ...size() });
    process.stdout.write(`${JSON.stringify(result)}\n`);
    const { at_claims: atClaims, from_outside: fromOutside } = result.violations;
    passed &&= atClaims + fromOutside + result.imbalances.length === 0 && result.start_ms.max < 1_000;
  }
} finally {
  await server.stop();
  await rm(home, { recursive: true, force: true });
}
process.exitCode = passed ? 0 : 1;

function size(): Omit<WhaleOptions, 'url' | 'whale'> {
  return { smallAccounts: Number(values.small), workers: Number(values.workers), atOnce: 8, workMs: 100 };
}

async function fresh(name: string): Promise<string> {
  const admin = openStore(server.url, { connections: 1 });
  await admin.query(`create database ${name}`);
  await admin.close();
  const url = server.url.replace(/\/[^/]*$/, `/${name}`);
  const store = openStore(url, { connections: 1 });
  await migrate(store);
  await store.close();
  return url;
}
