import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestDatabase } from '../../../test/database.ts';
import { createServerPool } from '../../engines/server-pool.ts';
import { listServers, registerServers } from '../../store/engine-servers.ts';
import { isAvailable, listEngines, registerEngines } from '../../store/engines.ts';
import { watchPool } from './watch-pool.ts';

const { store } = await createTestDatabase();
const servers = [{ origin: 'http://10.0.0.1:8000', slots: 2 }];
await registerEngines(store, [{ name: 'own', slots: 2 }]);
await registerServers(store, 'own', servers);

/** A process that looks whenever it is asked, and reaches the server or not. */
function processThat(reach: { reaches: boolean }) {
  let time = 0;
  const now = () => (time += 120_000);
  const pool = createServerPool({
    servers,
    now,
    probe: async () =>
      reach.reaches ? { status: 'answered', busy: 1 } : { status: 'failed', message: 'No route to host.' },
  });
  return watchPool({ store }, { name: 'own', pool }, now);
}

const engine = async () => (await listEngines(store)).find(({ name }) => name === 'own');

test('a process that cannot reach a server claims nothing, and speaks for nobody else', async () => {
  const here = { reaches: true };
  const well = processThat(here);
  const cutOff = processThat({ reaches: false });
  assert.equal(await well.room(), 1);
  assert.equal(await cutOff.room(), 0);
  assert.equal(cutOff.trouble(), undefined);
  assert.deepEqual(
    (await listServers(store, 'own')).map(({ busy, trouble }) => [busy, trouble]),
    [[1, null]],
  );
  const row = await engine();
  assert.ok(row !== undefined && isAvailable(row));

  // It is gone for both: whoever saw it last knows at once, and the other from then on.
  here.reaches = false;
  await well.room();
  assert.match(well.trouble() ?? '', /None of its servers answers\. No route to host\./);
  await cutOff.room();
  assert.match(cutOff.trouble() ?? '', /None of its servers answers/);
  assert.match((await engine())?.notBeforeReason ?? '', /None of its servers answers/);
});
