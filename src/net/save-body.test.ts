import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { saveBody } from './save-body.ts';

async function emptyFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kinora-save-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

const onTooLarge = () => new RangeError('too large');

test('writes every byte, up to exactly the limit, and hashes them', async (t) => {
  const to = join(await emptyFolder(t), 'file');
  assert.deepEqual(await saveBody(chunks('a', 'bc'), { to, maxBytes: 3, onTooLarge }), {
    sizeBytes: 3,
    sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  });
  assert.equal(await readFile(to, 'utf8'), 'abc');
});

test('stops reading at the first byte too many and removes the file', async (t) => {
  const folder = await emptyFolder(t);
  let wasAskedForMore = false;
  async function* endless() {
    yield* chunks('ab', 'cd');
    wasAskedForMore = true;
  }
  const saving = saveBody(endless(), { to: join(folder, 'file'), maxBytes: 3, onTooLarge });
  await assert.rejects(saving, /too large/);
  assert.equal(wasAskedForMore, false);
  assert.deepEqual(await readdir(folder), []);
});

test('a file that is there already is an error and stays as it is', async (t) => {
  const to = join(await emptyFolder(t), 'file');
  await writeFile(to, 'mine');
  await assert.rejects(saveBody(chunks('a'), { to, maxBytes: 3, onTooLarge }), { code: 'EEXIST' });
  assert.equal(await readFile(to, 'utf8'), 'mine');
});
