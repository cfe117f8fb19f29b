import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createTestDatabase } from '../../../test/database.ts';
import { runCommand } from '../../../test/fixtures/command.ts';
import { openSource } from '../../batch/sources/index.ts';
import { readWorkflow } from '../../batch/workflow.ts';
import { UsageError } from '../exit-codes.ts';
import { command as init } from './init.ts';

const folder = await mkdtemp(join(tmpdir(), 'kinora-init-'));
after(() => rm(folder, { recursive: true, force: true }));

const merchant = `<?xml version="1.0"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>
<item><g:id>MUG</g:id><g:title>Mug</g:title><g:image_link>https://x.example/1.jpg</g:image_link></item>
<item><g:id>LAMP</g:id><g:title>Lamp</g:title><g:image_link>https://x.example/2.jpg</g:image_link></item>
</channel></rss>`;
const product = (id: number) => ({
  id,
  title: `Thing ${id}`,
  variants: [{ id: id * 10, sku: `S-${id}`, price: '9.00' }],
  images: [{ src: `https://x.example/${id}.jpg` }],
});
const answers: Record<string, string> = {
  '/feed.xml': merchant,
  '/products.json?limit=250&page=1': JSON.stringify({ products: [product(1), product(2)] }),
  '/products.json?limit=250&page=2': JSON.stringify({ products: [] }),
  '/api/things': JSON.stringify({
    meta: { count: 2 },
    data: {
      things: [1, 2].map((n) => ({ sku: `A${n}`, name: `Thing ${n}`, image: `https://x.example/${n}.png` })),
    },
    paging: { next: '/api/things?page=2' },
  }),
  '/api/things?page=2': JSON.stringify({ data: { things: [] }, paging: {} }),
  '/api/none': '{"a":1}',
  '/catalogue.csv': 'sku;name;image\nC1;Mug;https://x.example/1.jpg\nC2;Lamp;https://x.example/2.jpg\n',
  '/sheet?output=csv': 'sku,name\nG1,Mug\nG2,Lamp\n',
  '/rows.jsonl': '{"sku":"J1","name":"Mug"}\n{"sku":"J2","name":"Lamp"}\n',
  '/closed/things': JSON.stringify([{ sku: 'K1', name: 'Mug' }]),
};
const shop = createServer((request, response) => {
  const isOpen = request.headers.authorization === 'Bearer s3cret' || !request.url?.startsWith('/closed/');
  const answer = isOpen ? answers[request.url ?? ''] : undefined;
  response.writeHead(answer === undefined ? 404 : 200).end(answer);
}).listen(0, '127.0.0.1');
await once(shop, 'listening');
after(() => shop.close());
const origin = () => `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;

const signal = new AbortController().signal;

/** Writes a workflow by these options, and reads the keys of its source as a run would. */
async function keysOf(options: readonly string[], env: Record<string, string> = {}) {
  const file = join(folder, 'shop.yaml');
  const { error } = await runCommand(init, [file, '--yes', '--force', ...options], env);
  assert.equal(error, undefined, String(error));
  const workflow = readWorkflow(await readFile(file, 'utf8'), file);
  assert.ok(workflow.source !== undefined);
  const context = { folder, env: (name: string) => env[name], fetch, sleep: async () => {} };
  const keys: string[] = [];
  for await (const row of openSource(workflow.source, context).rows(signal)) keys.push(row.key ?? 'none');
  return { workflow, keys };
}

test('init begins from a feed, a shop or an API, and what it writes reads the same rows', async () => {
  const feed = await keysOf(['--merchant', `${origin()}/feed.xml`]);
  assert.deepEqual([feed.keys, feed.workflow.photos?.column], [['MUG', 'LAMP'], 'images']);
  await writeFile(join(folder, 'feed.xml'), merchant);
  const file = await keysOf(['--merchant', join(folder, 'feed.xml')]);
  assert.deepEqual(file.keys, feed.keys);
  assert.ok(file.workflow.source !== undefined && 'path' in file.workflow.source);
  assert.equal(file.workflow.source.path, 'feed.xml');
  const shopify = await keysOf(['--shopify', origin()]);
  assert.deepEqual([shopify.keys, shopify.workflow.title], [['1', '2'], '{{ title }}']);
  const api = await keysOf(['--api', `${origin()}/api/things`]);
  assert.deepEqual([api.keys, api.workflow.photos?.column], [['A1', 'A2'], 'image']);
});

test('init tells a table behind an address from an API, and asks with headers whose secrets stay in the environment', async () => {
  for (const [place, expected, driver] of [
    ['/catalogue.csv', ['C1', 'C2'], 'csv'],
    ['/sheet?output=csv', ['G1', 'G2'], 'csv'],
    ['/rows.jsonl', ['J1', 'J2'], 'jsonl'],
    ['/api/things', ['A1', 'A2'], 'http'],
  ] as const) {
    const { keys, workflow } = await keysOf(['--source', `${origin()}${place}`]);
    assert.deepEqual([keys, workflow.source?.driver], [expected, driver], place);
  }
  const header = ['--header', `Authorization: Bearer \${SHOP_TOKEN}`];
  const { keys } = await keysOf(['--api', `${origin()}/closed/things`, ...header], { SHOP_TOKEN: 's3cret' });
  assert.deepEqual(keys, ['K1']);
  const text = await readFile(join(folder, 'shop.yaml'), 'utf8');
  assert.match(text, /headers:\n {4}Authorization: Bearer \$\{SHOP_TOKEN\}\n/);
  assert.doesNotMatch(text, /s3cret/);
});

test('init begins from a table of a real PostgreSQL', async () => {
  const { store, url } = await createTestDatabase();
  await store.query('create schema shop');
  await store.query(
    'create table shop.product (sku text primary key, "Product name" text, pics text, in_stock boolean)',
  );
  await store.query(
    "insert into shop.product values ('M1', 'Mug', 'https://x.example/1.jpg|https://x.example/2.jpg', true), ('L1', 'Lamp', 'https://x.example/3.jpg', false)",
  );
  const env = { SHOP: url };
  const { workflow, keys } = await keysOf(['--url-env', 'SHOP', '--table', 'shop.product'], env);
  assert.deepEqual(keys, ['M1', 'L1']);
  assert.deepEqual([workflow.photos?.column, workflow.title], ['pics', '{{ row["Product name"] }}']);
});

test('init says what it cannot begin from', async () => {
  for (const [options, why] of [
    [['--merchant', `${origin()}/none.xml`], /cannot be read/],
    [['--api', `${origin()}/api/none`], /no list of objects/],
    [['--api', `${origin()}/feed.xml`], /is not JSON/],
    [['--api', `${origin()}/gone`], /answered 404/],
    [['--source', 'a.csv', '--header', 'X-Shop: 1'], /goes with an address/],
    [['--api', 'https://x.example', '--header', 'no'], /a name and a value/],
    [['--merchant', 'a.xml', '--api', 'https://x.example'], /two sources/],
    [[], /What shall it begin from/],
  ] as const) {
    const { error } = await runCommand(init, [join(folder, 'new.yaml'), '--yes', ...options]);
    assert.ok(error instanceof UsageError, String(error));
    assert.match(error.message, why);
  }
});
