// examples/shop-postgres against a real table: six new, six made and written back, six unchanged; then exactly what was
// changed, and why. What server and engine do is done here, so that nothing has to be filmed.
import assert from 'node:assert/strict';
import { appendFile, copyFile, cp, mkdtemp, readFile, rm } from 'node:fs/promises';
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

/** The example with a table of its own, at a server without a worker. */
async function openShop(engine?: 'fal') {
  const folder = await mkdtemp(join(tmpdir(), 'kinora-shop-'));
  after(() => rm(folder, { recursive: true, force: true }));
  for (const name of ['shop-postgres', 'halden/products', 'halden/brand'])
    await cp(join(examples, name), join(folder, name), { recursive: true });
  const shop = await createTestDatabase();
  await shop.store.query(await readFile(join(folder, 'shop-postgres', 'shop.sql'), 'utf8'));

  const workflow = join(folder, 'shop-postgres', 'workflow.yaml');
  if (engine !== undefined) await appendFile(workflow, `\nengine: ${engine}\n`);
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
      file: workflow,
      env: { SHOP_DATABASE_URL: shop.url },
      client,
      signal,
    });
  const plan = async () =>
    planWorkflow({ client, signal }, (await open()).open, { choice: everything, listed: 20 });
  const run = async (options: { choice?: Partial<Choice>; rehearse?: boolean; folder?: string } = {}) =>
    runOpened({
      client,
      opened: await open(),
      output: createOutput({ json: true, stdout: sink, stderr: sink, noColours: true }),
      choice: { ...everything, ...options.choice },
      rehearse: options.rehearse ?? false,
      folder: options.folder,
      confirm: async () => {},
      detach: false,
      waitForCaps: false,
      signal,
    });
  return { folder, shop, app, accountId, client, plan, run };
}

test('a shop in PostgreSQL gets a video for every product, and then only for what has changed', async () => {
  const { folder, shop, app, accountId, plan, run } = await openShop();
  const first = await plan();
  assert.deepEqual([first.counts.new, first.toMake, first.price.credits], [6, 6, 1_818]);
  const outcome = await whileServing(app, accountId, () => run());
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
  assert.deepEqual(why(third), ['LAMP-04: name changed', 'MUG-01: photo MUG-01/2.jpg: other content']);
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

test('a rehearsal for fal, which is not set up, is free, marked, and leaves no trace in what a run changes', async () => {
  const { folder, shop, app, accountId, client, plan, run } = await openShop('fal');
  const ledger = async () => ({
    ...(await client.credits.get()).live,
    moved: await app.store.query(
      'select from ledger_entries where account_id = $1 and (available <> 0 or held <> 0)',
      [accountId],
    ),
  });
  const before = await ledger();
  const planned = await plan();
  assert.deepEqual(
    [planned.engine.name, planned.engine.isSetUp, planned.toMake, planned.price.credits],
    ['fal', false, 6, 1_818],
  );

  const out = join(folder, 'out', 'rehearsal');
  const rehearse = (choice: Partial<Choice>) =>
    whileServing(app, accountId, () => run({ choice, rehearse: true, folder: out }));
  const first = await rehearse({ limit: 2 });
  assert.deepEqual([first.sent?.added, first.folder?.made, first.progress?.credits.charged], [2, 2, 0]);
  assert.deepEqual(
    first.sinks.map(({ report: { written, checked, refused } }) => [written, checked, refused]),
    [[0, 2, 0]],
  );
  assert.deepEqual(
    await shop.store.query('select count(video_url)::int as urls, count(*)::int as products from product'),
    [{ urls: 0, products: 6 }],
  );
  const generations = (await client.generations.list({ limit: 10 })).data;
  assert.deepEqual(
    generations.map(({ engine, rehearsal_of: of, credits }) => [engine, of, credits.charged]),
    [
      ['local', 'fal', 0],
      ['local', 'fal', 0],
    ],
  );
  assert.equal((await client.batches.list()).data[0]?.rehearsal, true);
  assert.match(await readFile(join(out, 'contact-sheet.html'), 'utf8'), /Rehearsal: .* in place of fal/);

  const second = await rehearse({ limit: 3 });
  assert.deepEqual([second.rehearsed?.made, second.sent?.added, second.folder?.made], [2, 1, 3]);
  const third = await rehearse({ limit: 3 });
  assert.deepEqual([third.rehearsed?.made, third.sent?.added], [3, 0]);

  assert.deepEqual(await ledger(), before);
  assert.equal((await app.store.query('select from records')).length, 0);
  const after = await plan();
  assert.deepEqual([after.counts.new, after.toMake, after.price.credits], [6, 6, 1_818]);
});
