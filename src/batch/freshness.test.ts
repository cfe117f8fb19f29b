import assert from 'node:assert/strict';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { AppError } from '../domain/errors.ts';
import { createSafeFetch } from '../net/safe-fetch.ts';
import { createFileHashes, type KnownFiles } from './file-hashes.ts';
import { createReferenceHashes, type FreshnessPolicy, type InspectUrl } from './freshness.ts';
import { emptyLock, readLock, writeLock } from './lock-file.ts';
import { lockDifferences } from './locked-parts.ts';

/** A server whose pictures change, with or without the headers that tell. */
const pictures = new Map<string, { body: string; etag?: string; lastModified?: string }>();
const asked: string[] = [];
const bodies: string[] = [];
const server = createServer(({ url = '', headers }, response: ServerResponse) => {
  asked.push(url);
  const picture = pictures.get(url);
  if (picture === undefined) return void response.writeHead(404).end();
  const { body, etag, lastModified } = picture;
  if (etag !== undefined) response.setHeader('etag', etag);
  if (lastModified !== undefined) response.setHeader('last-modified', lastModified);
  if (etag !== undefined && headers['if-none-match'] === etag) return void response.writeHead(304).end();
  bodies.push(url);
  response.end(body);
});
let origin = '';
let inspect: InspectUrl;

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const fetch = createSafeFetch({ trustedOrigins: [origin] });
  inspect = (url, { known, signal }) =>
    fetch.inspect(url, {
      maxBytes: 1_000,
      timeoutMs: 5_000,
      signal,
      known:
        known === undefined
          ? undefined
          : { etag: known.etag, lastModified: known.last_modified, sizeBytes: known.bytes },
    });
});
after(() => server.close());

beforeEach(() => {
  pictures.clear();
  asked.length = 0;
  bodies.length = 0;
});

let day = 1;
const hashes = (policy: FreshnessPolicy, lock = emptyLock(), acceptDrift = false) =>
  createReferenceHashes({
    policy,
    lock,
    inspect,
    acceptDrift,
    now: () => new Date(Date.UTC(2026, 10, day, 6)),
    signal: AbortSignal.timeout(20_000),
  });

const at = (path: string) => `${origin}${path}`;

describe('a URL', () => {
  it('is read once for however many rows, named in the lock, and then believed', async () => {
    pictures.set('/a.jpg', { body: 'one' });
    const lock = emptyLock();
    const first = hashes('cached', lock);
    const all = await Promise.all(Array.from({ length: 500 }, () => first.ofUrl(at('/a.jpg'), 'image')));
    assert.equal(new Set(all).size, 1);
    assert.deepEqual([asked.length, first.lockChanged], [1, true]);
    day = 4;
    const second = hashes('cached', readLock(writeLock(lock), 'kinora.lock'));
    assert.equal(second.ofUrl(at('/a.jpg'), 'image'), all[0], 'at once');
    assert.deepEqual([asked.length, second.lockChanged], [1, false]);
    assert.equal(second.describe(), 'URLs (cached): 1 as kinora.lock has them, the oldest 3 days old');
  });

  for (const [how, headers] of [
    ['by its ETag, though other bytes would come', { etag: '"v1"' }],
    [
      'by time and size where the server knows no conditions',
      { lastModified: 'Sat, 28 Nov 2026 06:00:00 GMT' },
    ],
  ] as const)
    it(`is checked ${how}`, async () => {
      pictures.set('/a.jpg', { body: 'one', ...headers });
      const lock = emptyLock();
      const sha256 = await hashes('cached', lock).ofUrl(at('/a.jpg'), 'image');
      const check = hashes('check', lock);
      assert.equal(await check.ofUrl(at('/a.jpg'), 'image'), sha256);
      assert.match(check.describe() ?? '', /1 unchanged by their server's word/);
      assert.deepEqual(check.drifts, []);
    });

  for (const policy of ['check', 'bytes'] as const)
    it(`that holds other bytes is drift by ${policy}: told, and never used unless accepted`, async () => {
      pictures.set('/a.jpg', { body: 'one', etag: '"v1"' });
      const lock = emptyLock();
      const accepted = await hashes('cached', lock).ofUrl(at('/a.jpg'), 'image');
      pictures.set('/a.jpg', { body: 'two', etag: '"v2"' });
      const told = hashes(policy, lock);
      assert.equal(await told.ofUrl(at('/a.jpg'), 'image'), accepted);
      assert.deepEqual(
        [told.drifts.map(({ url, locked }) => [url, locked.sha256]), told.lockChanged],
        [[[at('/a.jpg'), accepted]], false],
      );
      const taken = hashes(policy, lock, true);
      const now = await taken.ofUrl(at('/a.jpg'), 'image');
      assert.notEqual(now, accepted);
      assert.deepEqual([taken.lockChanged, lock.urls.get(at('/a.jpg'))?.sha256], [true, now]);
      const settled = hashes('check', lock);
      assert.equal(await settled.ofUrl(at('/a.jpg'), 'image'), now);
      assert.deepEqual(settled.drifts, []);
    });

  it('with the same bytes under another ETag is no drift, and is read once for it', async () => {
    pictures.set('/a.jpg', { body: 'one', etag: '"v1"' });
    const lock = emptyLock();
    await hashes('cached', lock).ofUrl(at('/a.jpg'), 'image');
    pictures.set('/a.jpg', { body: 'one', etag: '"v2"' });
    for (const reads of [2, 2]) {
      const check = hashes('check', lock);
      await check.ofUrl(at('/a.jpg'), 'image');
      assert.deepEqual([bodies.length, check.drifts], [reads, []]);
    }
  });

  it('that is dead or private is the fault of each row that names it, and asked for once', async () => {
    const dead = hashes('cached');
    for (let row = 0; row < 3; row++)
      await assert.rejects(async () => dead.ofUrl(at('/gone.jpg'), 'image'), /gone\.jpg answered 404/);
    assert.equal(asked.length, 1);
    await assert.rejects(
      async () => dead.ofUrl('http://169.254.169.254/latest', 'image'),
      (error) => error instanceof AppError && error.code === 'reference_forbidden_address',
    );
    pictures.set('/big.jpg', { body: 'x'.repeat(1_001) });
    await assert.rejects(async () => dead.ofUrl(at('/big.jpg'), 'image'), /limit is 1000 bytes/);
  });
});

describe('a local file', () => {
  it('is read again only when its size or time has changed, or it is too young to tell', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kinora-hashes-'));
    after(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, 'a.jpg');
    const hash = (known: KnownFiles) => createFileHashes({ known, now: Date.now })(path);
    const old = new Date(Date.now() - 60_000);
    await writeFile(path, 'one');
    const young: KnownFiles = new Map();
    const first = await hash(young);
    assert.equal(young.size, 0, 'may change again within the same tick');
    await utimes(path, old, old);
    const known: KnownFiles = new Map();
    await hash(known);
    await writeFile(path, 'two');
    await utimes(path, old, old);
    assert.equal(await hash(known), first, 'same size, same time: believed');
    await utimes(path, old, new Date(old.getTime() + 1_000));
    assert.notEqual(await hash(known), first);
    await assert.rejects(
      async () => createFileHashes({ known, now: Date.now })(join(folder, 'none.jpg')),
      /There is no file .*none\.jpg/,
    );
  });
});

describe('kinora.lock', () => {
  it('tells what a workflow names beside URLs that is other than was accepted', () => {
    const [one, two] = ['1'.repeat(64), '2'.repeat(64)];
    const lock = emptyLock();
    lock.templates.set('poster@3', one);
    lock.bundles.set('brand@2', one);
    lock.files.set('style.jpg', { sha256: one, bytes: 1 });
    const found = (hash: string, version: number) => ({
      template: { label: `poster@${version}`, hash },
      bundle: { label: 'brand@2', hash },
      files: [
        { name: 'style.jpg', sha256: hash },
        { name: 'new.jpg', sha256: hash },
      ],
    });
    assert.deepEqual(lockDifferences(lock, found(one, 3)), []);
    assert.deepEqual(lockDifferences(emptyLock(), found(two, 3)), []);
    assert.deepEqual(lockDifferences(lock, found(two, 4)), [
      'template poster@4: poster@3 was accepted',
      'bundle brand@2: other content',
      'style.jpg: other content',
    ]);
  });

  it('has an entry a line, sorted, whatever the order in which things were learnt', () => {
    const entry = { sha256: 'a'.repeat(64), bytes: 1, at: '2026-11-28T06:00:00.000Z' };
    const lock = emptyLock();
    for (const url of ['https://b.example/', 'https://a.example/']) lock.urls.set(url, entry);
    lock.bundles.set('halden@2', 'b'.repeat(64));
    const text = writeLock(lock);
    assert.ok(text.indexOf('a.example') < text.indexOf('b.example'));
    assert.equal(text.split('\n').filter((line) => line.includes('example')).length, 2);
    assert.equal(writeLock(readLock(text, 'kinora.lock')), text);
    for (const [wrong, why] of [
      ['{', /kinora\.lock cannot be read/],
      [text.replace('"kinora_lock": 1', '"kinora_lock": 2'), /kinora_lock/],
      [text.replaceAll('b'.repeat(64), 'x'), /bundles\.halden@2/],
    ] as const)
      assert.throws(() => readLock(wrong, 'kinora.lock'), why);
  });
});
