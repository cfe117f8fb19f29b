import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readPacks } from './read-packs.ts';

const folder = await mkdtemp(join(tmpdir(), 'kinora-packs-'));
after(() => rm(folder, { recursive: true, force: true }));

const fileOf = async (content: string) => {
  const path = join(folder, 'packs.json');
  await writeFile(path, content);
  return path;
};

test('sells the standard packs unless a file says otherwise', async () => {
  assert.deepEqual(await readPacks(undefined), [{ name: 'Max', priceUsdCents: 10_000, credits: 12_000 }]);
  const path = await fileOf('[{"name": "Mini", "price_usd_cents": 1000, "credits": 1000}]');
  assert.deepEqual(await readPacks(path), [{ name: 'Mini', priceUsdCents: 1_000, credits: 1_000 }]);
});

test('refuses a file that is missing, is not JSON, or sells what cannot be sold, and says why', async () => {
  await assert.rejects(readPacks(join(folder, 'nowhere.json')), /nowhere\.json \(KINORA_PACKS\).*ENOENT/);
  const pack = (changes: object) => ({ name: 'A', price_usd_cents: 100, credits: 1, ...changes });
  for (const [content, why] of [
    ['{', /JSON/],
    ['[]', /the list/],
    [JSON.stringify([pack({ credits: 0 })]), /0\.credits/],
    [JSON.stringify([pack({ price_usd_cents: 1.5 })]), /0\.price_usd_cents/],
    [JSON.stringify([pack({}), pack({ name: 'a' })]), /two packs have the same name/],
    [JSON.stringify([pack({ free: true })]), /free/],
  ] as const)
    await assert.rejects(readPacks(await fileOf(content)), why);
});
