import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openAccount } from '../../../test/accounts.ts';
import { createTestDatabase } from '../../../test/database.ts';
import { samplePlan, submitSample } from '../../../test/generations.ts';
import { priceBooks } from '../../domain/price-book.ts';
import type { PricedEngine } from '../../domain/priced-engine.ts';
import { createLocalEngine } from '../../engines/local/index.ts';
import { registerEngines } from '../../store/engines.ts';
import { readGeneration } from '../../store/read-generations.ts';
import { leadPast } from './lead-past.ts';

const { store } = await createTestDatabase();
const engine = createLocalEngine({ slots: 1 });
const spare: PricedEngine = { engine, priceBook: priceBooks.free, serves: ['live'], simulates: false };
const deps = { store, engines: new Map([['spare', spare]]) };
const names = ['broken', 'spare', 'gone'];
await registerEngines(
  store,
  names.map((name) => ({ name, slots: undefined })),
);
const owner = await openAccount(store, { credits: 100_000 });

async function submit(fallback: string): Promise<string> {
  const { references: _, ...other } = { ...samplePlan, engine: fallback };
  const plan = { ...samplePlan, engine: 'broken', fallbacks: [other] };
  return (await submitSample(store, owner, { plan })).id;
}

test('what nobody else can make does not stand in the way of what another engine can', async () => {
  const stuck = [await submit('gone'), await submit('gone'), await submit('gone')];
  const movable = [await submit('spare'), await submit('spare')];
  const leadOn = leadPast(deps, 'broken', 2);
  const engineOf = async (id: string) => (await readGeneration(store, id)).engine;
  for (let look = 0; look < 3; look += 1) await leadOn('It is broken.');
  assert.deepEqual(await Promise.all(movable.map(engineOf)), ['spare', 'spare']);
  assert.deepEqual(await Promise.all(stuck.map(engineOf)), ['broken', 'broken', 'broken']);
  // From the beginning again: by now somebody else can make them.
  deps.engines.set('gone', spare);
  for (let look = 0; look < 3; look += 1) await leadOn('It is broken.');
  assert.deepEqual(await Promise.all(stuck.map(engineOf)), ['gone', 'gone', 'gone']);
});
