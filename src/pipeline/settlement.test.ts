import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openAccount } from '../../test/accounts.ts';
import { createTestDatabase } from '../../test/database.ts';
import { claimGeneration, submitSample } from '../../test/generations.ts';
import { createMedia } from '../media/create-media.ts';
import { completeGeneration, failGeneration } from '../store/end-generation.ts';
import { findFile, insertFile } from '../store/files.ts';
import { findImbalances, listLedger, readBalances } from '../store/ledger.ts';
import { findReceipts } from '../store/receipts.ts';
import { judgeOutput, receivedAt } from './judge-output.ts';

const { store } = await createTestDatabase();
const media = createMedia({});
const folder = await mkdtemp(join(tmpdir(), 'kinora-settlement-'));
after(() => rm(folder, { recursive: true, force: true }));

/** A file that is known to be a video of this length, as one that was probed before. */
async function videoOf(accountId: string, durationSeconds: number): Promise<string> {
  const path = join(folder, `${durationSeconds}.mp4`);
  await writeFile(path, randomBytes(64));
  const { sha256, sizeBytes } = await receivedAt(path);
  const facts = {
    kind: 'video',
    contentType: 'video/mp4',
    durationSeconds,
    width: 1280,
    height: 720,
    fps: 24,
    videoCodec: 'h264',
    audioCodec: 'aac',
  } as const;
  const { id } = await insertFile(
    store,
    { accountId, sha256, sizeBytes, facts, name: undefined },
    async () => {},
  );
  assert.deepEqual((await findFile(store, accountId, id))?.facts, facts);
  return path;
}

/** Measured seconds of 5 asked for, what is charged of the 303 held, and how it ends in ledger and receipt. */
const cases = [
  { measured: 4.97, charged: 303, kind: 'settle' },
  { measured: 5.04, charged: 303, kind: 'settle' },
  { measured: 4.4, charged: 243, kind: 'settle' },
  { measured: 3.2, charged: 0, kind: 'release' },
] as const;

for (const { measured, charged, kind } of cases)
  test(`${measured} s of 5 s asked for: ${kind} of ${charged} in ledger and receipt`, async () => {
    const owner = await openAccount(store, { credits: 1_000 });
    const accountId = owner.account.id;
    const { id } = await submitSample(store, owner);
    const claimed = await claimGeneration(store, { engine: 'local', leaseSeconds: 60 });
    assert.ok(claimed);
    const judged = await judgeOutput({ store, media }, claimed, await videoOf(accountId, measured));
    if (judged.status === 'deliverable')
      await completeGeneration(store, claimed, {
        chargedCredits: judged.price.credits,
        outputFileId: 'file_v',
        posterFileId: 'file_p',
        outputFacts: { ...judged.facts, sizeBytes: judged.video.sizeBytes },
        storyboard: null,
        notes: [],
        checks: judged.checks,
      });
    else await failGeneration(store, claimed, { code: 'output_invalid', message: judged.what });

    assert.deepEqual((await readBalances(store, accountId)).live, { available: 1_000 - charged, held: 0 });
    const [end] = await listLedger(store, { accountId, purse: 'live', limit: 1 });
    assert.deepEqual([end?.kind, end?.held, end?.counterpart], [kind, -303, charged]);
    const [receipt] = await findReceipts(store, { accountId, purse: 'live' }, id);
    assert.partialDeepStrictEqual(JSON.parse(receipt?.body ?? '{}'), {
      requested_seconds: 5,
      hold: { credits: 303 },
      output: charged === 0 ? null : { durationSeconds: measured },
      end: { kind, charged, returned: 303 - charged },
    });
    assert.deepEqual(await findImbalances(store), []);
  });
