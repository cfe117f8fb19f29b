// npm run end-users [-- --users 10000 --slots 40 --at-once 32]: clips for very many people of one app, each within a budget
// of their own, on the simulated engine. Prints one JSON line; exits with 1 where anybody got more, or less, than that.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbedded } from '../src/store/embedded/start-embedded.ts';
import { brokenPromises, runEndUsers } from '../test/end-users/run-end-users.ts';

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '10000' },
    slots: { type: 'string', default: '40' },
    'at-once': { type: 'string', default: '32' },
  },
});

const home = await mkdtemp(join(tmpdir(), 'kinora-end-users-'));
await chmod(home, 0o755);
const server = await startEmbedded({ home, log: () => {} });
try {
  const result = await runEndUsers({
    databaseUrl: server.url,
    home: join(home, 'server'),
    users: Number(values.users),
    slots: Number(values.slots),
    atOnce: Number(values['at-once']),
  });
  const broken = brokenPromises(result);
  process.stdout.write(`${JSON.stringify({ ...result, broken })}\n`);
  process.exitCode = broken.length === 0 ? 0 : 1;
} finally {
  await server.stop();
  await rm(home, { recursive: true, force: true });
}
