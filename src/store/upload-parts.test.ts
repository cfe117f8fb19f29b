import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openAccount } from '../../test/accounts.ts';
import { createTestDatabase } from '../../test/database.ts';
import {
  countUploadedBytes,
  listUploadParts,
  putUploadPart,
  readUploadPart,
  sweepUploadParts,
} from './upload-parts.ts';

const { store } = await createTestDatabase();
const { account } = await openAccount(store);
const accountId = account.id;

const put = (fileId: string, number: number, bytes: Buffer | undefined, sizeBytes = bytes?.length ?? 0) =>
  putUploadPart(store, { fileId, accountId, number, sizeBytes, sha256: `hash ${number}`, bytes });

test('a part that is sent again replaces itself, and is not counted twice', async () => {
  await put('file_a', 1, Buffer.from('first'));
  await put('file_a', 1, Buffer.from('again!'));
  await put('file_a', 2, Buffer.from('second'));
  assert.equal(String(await readUploadPart(store, 'file_a', 1)), 'again!');
  const count = (number: number) => countUploadedBytes(store, { accountId, fileId: 'file_a', number });
  assert.deepEqual(
    [await count(3), await count(2)],
    [
      { ofFile: 12, ofAccount: 12 },
      { ofFile: 6, ofAccount: 6 },
    ],
  );
});

test('a part without its bytes counts for its file, and takes no room of its account', async () => {
  await put('file_b', 1, undefined, 1_000);
  assert.equal(await readUploadPart(store, 'file_b', 1), undefined);
  const counted = await countUploadedBytes(store, { accountId, fileId: 'file_b', number: 2 });
  assert.deepEqual(counted, { ofFile: 1_000, ofAccount: 12 });
});

test('what nobody has completed within two hours is forgotten', async () => {
  await store.query(
    "update upload_parts set created_at = now() - interval '121 minutes' where file_id = 'file_a'",
  );
  await sweepUploadParts(store);
  assert.deepEqual(
    [await listUploadParts(store, 'file_a'), (await listUploadParts(store, 'file_b')).length],
    [[], 1],
  );
});
