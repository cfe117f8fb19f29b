import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type AssetKey, openAssetCache } from './asset-cache.ts';
import { forgetSource } from './asset-folder.ts';

let home = '';
let staging = '';
before(async () => {
  home = await mkdtemp(join(tmpdir(), 'kinora-cache-'));
  staging = await mkdtemp(join(home, 'staging-'));
});
after(() => rm(home, { recursive: true, force: true }));

const newFolder = () => mkdtemp(join(home, 'assets-'));
const key: AssetKey = { kind: 'picture', sha256: 'ab'.repeat(32), settings: { maxSide: 1024, role: '' } };

/** As varied as what is kept: pixels, samples, minus infinity, what is absent. */
const asset = {
  bitmap: { width: 2, height: 1, data: Buffer.from([1, 2, 3, 255, 4, 5, 6, 0]) },
  shadow: new Uint8Array([7, 8]),
  levels: Float32Array.from([0.1, -1]),
  loudness: Number.NEGATIVE_INFINITY,
  share: 0.1 + 0.2,
  role: undefined,
};

function cacheIn(folder: string, options: { decoder?: string; mostBytes?: number } = {}) {
  const cache = openAssetCache({ folder, staging, decoder: '', ...options });
  let made = 0;
  return {
    cache,
    made: () => made,
    recall: (wanted: AssetKey = key) =>
      cache.recall(wanted, async () => {
        made++;
        return asset;
      }),
  };
}

test('makes an asset once, and gives it back bit by bit afterwards, to another process too', async () => {
  const folder = await newFolder();
  const first = cacheIn(folder);
  assert.equal(await first.recall(), asset);
  const second = cacheIn(folder);
  assert.deepEqual(await second.recall(), asset);
  assert.deepEqual([first.made(), second.made()], [1, 0]);
  assert.deepEqual(await readdir(staging), [], 'nothing is left where it was written');
});

test('keeps apart what differs in file, kind, settings or decoder, but not in the order of settings', async () => {
  const folder = await newFolder();
  const { recall, made } = cacheIn(folder);
  await recall();
  await recall({ ...key, sha256: 'cd'.repeat(32) });
  await recall({ ...key, kind: 'clip' });
  await recall({ ...key, settings: { maxSide: 1024, role: 'logo' } });
  assert.equal(made(), 4);
  await recall({ ...key, settings: { role: '', maxSide: 1024 } });
  assert.equal(made(), 4);
  const other = cacheIn(folder, { decoder: '/usr/bin/ffmpeg' });
  await other.recall();
  assert.equal(other.made(), 1);
});

const harms: [name: string, harm: (path: string) => Promise<unknown>][] = [
  ['is cut short', async (path) => truncate(path, (await stat(path)).size - 3)],
  ['is cut to its head', (path) => truncate(path, 19)],
  ['is empty', (path) => truncate(path, 0)],
  ['is foreign', (path) => writeFile(path, 'GIF89a, of all things, and long enough to have a body')],
  [
    'has one bit turned',
    async (path) => {
      const bytes = await readFile(path);
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 9) ^ 4, bytes.length - 9);
      await writeFile(path, bytes);
    },
  ],
];

for (const [name, harm] of harms)
  test(`takes a file that ${name} for none, and replaces it`, async () => {
    const folder = await newFolder();
    await cacheIn(folder).recall();
    const [file = ''] = await readdir(folder);
    const whole = await readFile(join(folder, file));
    await harm(join(folder, file));
    const again = cacheIn(folder);
    assert.deepEqual(await again.recall(), asset);
    assert.equal(again.made(), 1);
    assert.deepEqual(await readFile(join(folder, file)), whole);
  });

test('takes the file of another key under its own name for none', async () => {
  const folder = await newFolder();
  const { recall, made } = cacheIn(folder);
  await recall();
  const [file = ''] = await readdir(folder);
  const other = { ...key, kind: 'clip' } as const;
  await recall(other);
  const [otherFile = ''] = (await readdir(folder)).filter((one) => one !== file);
  await writeFile(join(folder, otherFile), await readFile(join(folder, file)));
  await recall(other);
  assert.equal(made(), 3);
});

test('forgets all that was made from one content, and nothing else', async () => {
  const folder = await newFolder();
  const { recall, made } = cacheIn(folder);
  const other = { ...key, sha256: 'cd'.repeat(32) };
  for (const wanted of [key, { ...key, kind: 'alpha' as const }, other]) await recall(wanted);
  // As an earlier version named them: nobody can tell what it was made from.
  await writeFile(join(folder, 'ef'.repeat(32)), 'old');
  await forgetSource(folder, key.sha256);
  assert.equal((await readdir(folder)).length, 1);
  await recall(other);
  assert.equal(made(), 3);
  await recall();
  assert.equal(made(), 4);
  await forgetSource(join(folder, 'nowhere'), key.sha256);
});

test('stays within its bound by letting go of what was used longest ago', async () => {
  const folder = await newFolder();
  const keys = ['a', 'b', 'c', 'd'].map((letter) => ({ ...key, sha256: letter.repeat(64) }));
  const [first, second, third, fourth] = keys as [AssetKey, AssetKey, AssetKey, AssetKey];
  await cacheIn(folder).recall(first);
  const [file = ''] = await readdir(folder);
  const { size } = await stat(join(folder, file));
  const { recall, made } = cacheIn(folder, { mostBytes: size * 3 + 16 });
  await recall(second);
  await recall(third);
  await recall(first);
  assert.equal(made(), 2);
  await recall(fourth);
  assert.equal((await readdir(folder)).length, 3);
  await recall(first);
  assert.equal(made(), 3, 'the first was used after the second, and is still there');
  await recall(second);
  assert.equal(made(), 4, 'the second had to go');
});

test('still gives the asset where it cannot be kept, and says why', async (context) => {
  const folder = join(home, 'in-the-way', 'assets');
  await writeFile(join(home, 'in-the-way'), 'a file where the folder should be');
  const { cache, recall } = cacheIn(folder);
  assert.equal(await recall(), asset);
  assert.match(cache.unkept() ?? '', /ENOTDIR|EEXIST/);
  assert.equal(cacheIn(await newFolder()).cache.unkept(), undefined);
  if (process.getuid?.() === 0) return context.diagnostic('root may write anywhere');
  const closed = join(home, 'closed');
  await mkdir(closed, { mode: 0o500 });
  const refused = cacheIn(closed);
  await refused.recall();
  await chmod(closed, 0o700);
  assert.match(refused.cache.unkept() ?? '', /EACCES/);
});

test('what fails to be made is not kept, and fails for its caller', async () => {
  const folder = await newFolder();
  const { cache, recall, made } = cacheIn(folder);
  await assert.rejects(
    cache.recall(key, () => Promise.reject(new Error('no such file'))),
    /no such file/,
  );
  await recall();
  assert.equal(made(), 1);
});

test('serves four processes that write, read and let go of the same assets at once', async () => {
  const folder = await newFolder();
  const module = new URL('./asset-cache.ts', import.meta.url).href;
  const script = `
    import { openAssetCache } from ${JSON.stringify(module)};
    const [folder, staging] = process.argv.slice(1);
    const cache = openAssetCache({ folder, staging, decoder: '', mostBytes: 6_000 });
    for (let round = 0; round < 60; round++) {
      const value = (round * 7) % 11;
      const key = { kind: 'sound', sha256: String(value), settings: {} };
      const asset = await cache.recall(key, async () => ({ value, data: Buffer.alloc(50_000, value) }));
      if (asset.value !== value || asset.data.some((byte) => byte !== value)) throw new Error('another asset');
    }
    if (cache.unkept() !== undefined) throw new Error(cache.unkept());
  `;
  const children = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['--input-type=module', '--eval', script, folder, staging], {
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
  );
  const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0]));
  assert.deepEqual(codes, [0, 0, 0, 0]);
  assert.deepEqual(await readdir(staging), []);
});
