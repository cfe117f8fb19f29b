// examples/shop-postgres against a real table: six new, six made and written back, six unchanged; then exactly what was
// changed, and why. What server and engine do is done here, so that nothing has to be filmed.
import assert from 'node:assert/strict';
import { copyFile, cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { describeChange } from '../../src/batch/explain-change.ts';
import type { Choice } from '../../src/batch/plan/plan-rows.ts';
import { planWorkflow } from '../../src/batch/plan/plan-workflow.ts';
import { createOutput } from '../../src/cli/output.ts';
import { openFile } from '../../src/cli/plan/open-file.ts';
import { runOpened } from '../../src/cli/run/run-opened.ts';
import { createClient } from '../../src/client/index.ts';
import { priceBooks } from '../../src/domain/price-book.ts';
import { createTestApp, signUp } from '../app.ts';
import { createTestDatabase } from '../database.ts';
import { whileServing } from '../while-serving.ts';

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));
const everything: Choice = { only: [], limit: undefined, retry: 'usual', onlyFailed: false };

test('a shop in PostgreSQL gets a video for every product, and then only for what has changed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kinora-shop-'));
  after(() => rm(folder, { recursive: true, force: true }));
  for (const name of ['shop-postgres', 'halden/products', 'halden/brand'])
    await cp(join(examples, name), join(folder, name), { recursive: true });
  const shop = await createTestDatabase();
  await shop.store.query(await readFile(join(folder, 'shop-postgres', 'shop.sql'), 'utf8'));

  const app = await createTestApp({ priceBook: priceBooks.published });
  const { accountId, key } = await signUp(app, 10_000);
  const client = createClient({
    baseUrl: 'http://localhost',
    key,
    fetch: async (input, init) => {
      const { pathname, search } = new URL(String(input));
      return app.call(pathname + search, init as RequestInit);
    },
  });
  const { signal } = new AbortController();
  const sink = { write: () => true };
  const open = () =>
    openFile({
      file: join(folder, 'shop-postgres', 'workflow.yaml'),
      env: { SHOP_DATABASE_URL: shop.url },
      client,
      signal,
    });
  const plan = async () =>
    planWorkflow({ client, signal }, (await open()).open, { choice: everything, listed: 20 });
  const run = async () =>
    runOpened({
      client,
      opened: await open(),
      output: createOutput({ json: true, stdout: sink, stderr: sink, noColours: true }),
      choice: everything,
      folder: undefined,
      confirm: async () => {},
      detach: false,
      waitForCaps: false,
      signal,
    });

  const first = await plan();
  assert.deepEqual([first.counts.new, first.toMake, first.price.credits], [6, 6, 1_818]);
  const outcome = await whileServing(app, accountId, run);
  assert.deepEqual(
    outcome.sinks.map(({ report }) => [report.written, report.refused]),
    [[6, 0]],
  );
  const products = await shop.store.query<{ sku: string; video_url: string; video_version: number }>(
    'select sku, video_url, video_version from product order by sku',
  );
  for (const { sku, video_url: url } of products) {
    assert.match(url, new RegExp(`^http://localhost/r/\\w+/${sku}\\.mp4$`));
    assert.equal((await app.call(new URL(url).pathname)).status, 200);
  }
  assert.equal(products.length, 6);

  const second = await plan();
  assert.deepEqual([second.counts.unchanged, second.toMake, second.price.credits], [6, 0, 0]);
  assert.deepEqual(
    (await run()).sinks.map(({ report }) => [report.written, report.delivered]),
    [[0, 6]],
    'nothing is written twice',
  );

  const product = (sku: string, photo: number) => join(folder, 'halden', 'products', sku, `${photo}.jpg`);
  await copyFile(product('MUG-01', 5), product('MUG-01', 2));
  await shop.store.query("update product set name = 'Kveld table lamp' where sku = 'LAMP-04'");
  const third = await plan();
  const why = ({ counts }: typeof third) =>
    counts.listed.changed.map((row) => `${row.key}: ${row.changes.map(describeChange).join('; ')}`);
  assert.deepEqual(why(third), [
    'LAMP-04: name changed',
    'MUG-01: photo ../halden/products/MUG-01/2.jpg: other content',
  ]);
  const brand = (name: string) => join(folder, 'halden', 'brand', name);
  await copyFile(brand('halden-style-3-green.jpg'), brand('halden-style-2-sand.jpg'));
  const fourth = await plan();
  const sand = 'brand image ../halden/brand/halden-style-2-sand.jpg: other content';
  assert.deepEqual([fourth.counts.changed, fourth.counts.unchanged], [6, 0]);
  assert.deepEqual(
    why(fourth).filter((line) => line.startsWith('BOTL') || line.startsWith('LAMP')),
    [`BOTL-03: ${sand}`, `LAMP-04: name changed; ${sand}`],
  );
});
