import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../config.ts';
import { AppError } from '../domain/errors.ts';
import { enginesOf } from '../engines/registry.ts';

function faultsOf(env: Record<string, string>): string {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof AppError) return error.message;
  }
  return assert.fail('the environment was accepted');
}

async function namesOf(env: Record<string, string>): Promise<string[]> {
  const closers: (() => Promise<unknown>)[] = [];
  const engines = enginesOf(readConfig(env), closers);
  for (const close of closers) await close();
  return [...engines.keys()];
}

test('has a hosted engine exactly where its key is set', async () => {
  assert.deepEqual(await namesOf({}), ['local', 'simulated']);
  const keys = { FAL_KEY: 'a:b', ARK_API_KEY: 'c', REPLICATE_API_TOKEN: 'r8_d' };
  assert.deepEqual(await namesOf(keys), ['local', 'simulated', 'fal', 'ark', 'replicate']);
  assert.deepEqual(await namesOf({ FAL_KEY: '' }), ['local', 'simulated']);
});

test('serves live keys only with what costs money, by the published prices', () => {
  const engines = enginesOf(readConfig({ FAL_KEY: 'a', ARK_API_KEY: 'b', REPLICATE_API_TOKEN: 'c' }), []);
  for (const name of ['fal', 'ark', 'replicate']) {
    const row = engines.get(name);
    assert.deepEqual([row?.serves, row?.priceBook.id, row?.simulates], [['live'], 'published@1', false]);
  }
});

test('reads addresses, slots and the site of ModelArk', () => {
  const { fal, ark } = readConfig({
    FAL_KEY: 'a',
    KINORA_FAL_URL: 'http://10.0.0.5:9000',
    KINORA_FAL_SLOTS: '2',
    ARK_API_KEY: 'b',
    KINORA_ARK_SITE: 'volcengine',
    KINORA_ARK_MODEL: 'ep-20261101-abcde',
  }).hosted;
  assert.deepEqual(fal, { key: 'a', origin: 'http://10.0.0.5:9000', slots: 2 });
  assert.deepEqual(ark, {
    key: 'b',
    origin: undefined,
    slots: 10,
    site: 'volcengine',
    model: 'ep-20261101-abcde',
  });
});

test('names every fault at once, and never a key', () => {
  const faults = faultsOf({
    FAL_KEY: 'geheim ü',
    KINORA_FAL_URL: 'http://10.0.0.5:9000/fal',
    KINORA_ARK_SITE: 'aws',
    KINORA_REPLICATE_SLOTS: '0',
  });
  for (const said of [
    /FAL_KEY: must be visible ASCII/,
    /KINORA_FAL_URL: must be an origin/,
    /KINORA_ARK_SITE: must be byteplus or volcengine/,
    /KINORA_ARK_SITE: means nothing without ARK_API_KEY/,
    /KINORA_REPLICATE_SLOTS: must be at least 1/,
  ])
    assert.match(faults, said);
  assert.doesNotMatch(faults, /geheim/);
});
