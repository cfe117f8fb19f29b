import assert from 'node:assert/strict';
import type { ClaimedGeneration } from '../src/store/claim-generation.ts';
import type { Store } from '../src/store/db.ts';
import { completeGeneration, failGeneration } from '../src/store/end-generation.ts';
import { insertFile } from '../src/store/files.ts';
import { claimGeneration } from './generations.ts';

const facts = { kind: 'video', contentType: 'video/mp4', durationSeconds: 5 } as const;

/** Begins the next generation of the embedded engine and ends it well, charged `credits`. */
export async function deliverNext(store: Store, credits: number): Promise<ClaimedGeneration> {
  const claimed = await claimNext(store);
  const delivery = {
    chargedCredits: credits,
    outputFileId: 'file_v',
    posterFileId: 'file_p',
    outputFacts: { ...facts, sizeBytes: 1 },
    storyboard: null,
    notes: [],
    checks: [],
  };
  assert.ok(await completeGeneration(store, claimed, delivery));
  return claimed;
}

/** Begins the next generation of the embedded engine and ends it badly. */
export async function failNext(store: Store): Promise<ClaimedGeneration> {
  const claimed = await claimNext(store);
  assert.ok(
    await failGeneration(store, claimed, { code: 'engine_failed', message: 'The engine fell over.' }),
  );
  return claimed;
}

/** Puts a video on the attempt of a generation that has ended, as one that arrived too late. */
export async function arriveLate(
  store: Store,
  { accountId, attemptId }: Pick<ClaimedGeneration, 'accountId' | 'attemptId'>,
  durationSeconds = 5,
): Promise<void> {
  const file = { accountId, sha256: `late-${attemptId}`, sizeBytes: 1, facts, name: undefined };
  const { id } = await insertFile(store, file, async () => {});
  await store.query(
    `update attempts set late_output_file_id = $2, late_poster_file_id = $2, late_output_facts = $3 where id = $1`,
    [attemptId, id, JSON.stringify({ ...facts, durationSeconds, sizeBytes: 1 })],
  );
}

async function claimNext(store: Store): Promise<ClaimedGeneration> {
  const claimed = await claimGeneration(store, { engine: 'local', leaseSeconds: 60 });
  assert.ok(claimed);
  return claimed;
}
