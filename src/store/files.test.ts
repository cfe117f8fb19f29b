import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openAccount } from '../../test/accounts.ts';
import { createTestDatabase } from '../../test/database.ts';
import { samplePlan, submitSample } from '../../test/generations.ts';
import { deleteFile, findBlobFacts, findFile, insertFile, sweepBlobs } from './files.ts';

const { store } = await createTestDatabase();

const facts = { kind: 'image', contentType: 'image/png', width: 1, height: 1 } as const;

const shaOf = (digit: string) => digit.repeat(64);

async function upload(accountId: string, sha256: string) {
  const file = { accountId, sha256, sizeBytes: 3, facts, name: 'a.png' };
  return insertFile(store, file, async () => {});
}

async function sweep(): Promise<string[]> {
  const removed: string[] = [];
  await sweepBlobs(store, 100, async (sha256) => {
    removed.push(sha256);
  });
  return removed;
}

test('two accounts with the same bytes have two files; deleting one keeps the other and the bytes', async () => {
  const one = await openAccount(store);
  const two = await openAccount(store);
  const first = await upload(one.account.id, shaOf('a'));
  const second = await upload(two.account.id, shaOf('a'));
  assert.notEqual(first.id, second.id);
  assert.equal(await findFile(store, two.account.id, first.id), undefined);
  assert.equal(await deleteFile(store, two.account.id, first.id), false);
  assert.equal(await deleteFile(store, one.account.id, first.id), true);
  assert.deepEqual(await sweep(), []);
  assert.equal((await findFile(store, two.account.id, second.id))?.id, second.id);
  await deleteFile(store, two.account.id, second.id);
  assert.deepEqual(await sweep(), [shaOf('a')]);
  assert.equal(await findBlobFacts(store, shaOf('a')), undefined);
});

test('the bytes of a deleted file stay while a generation refers to them', async () => {
  const owner = await openAccount(store);
  const file = await upload(owner.account.id, shaOf('b'));
  const reference = { kind: 'image', position: 1, fileId: file.id, sha256: shaOf('b'), facts } as const;
  await submitSample(store, owner, {
    price: { credits: 0, usdCents: 0 },
    plan: { ...samplePlan, endpoint: 'reference-to-video', references: [reference] },
  });
  await deleteFile(store, owner.account.id, file.id);
  assert.deepEqual(await sweep(), []);
});
