import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readKeptRequest } from '../src/http/read-request.ts';
import { feedBatch } from '../src/pipeline/feed-batches.ts';
import { completeGeneration, failGeneration } from '../src/store/end-generation.ts';
import { takeDueBatch } from '../src/store/feed-batch.ts';
import { insertFile } from '../src/store/files.ts';
import type { TestApp } from './app.ts';
import { claimGeneration } from './generations.ts';

/** 64 hex digits that differ where the word does. */
export const fingerprintOf = (word: string) => createHash('sha256').update(word).digest('hex');

/** Feeds batches until nothing is due: what the feeder of a server does by itself. */
export async function feedAll(app: TestApp): Promise<void> {
  const deps = {
    ...app.deps,
    readRow: readKeptRequest,
    onHeld: () => {},
    onUnexpected: (error: unknown) => app.unexpected.push(error),
  };
  for (let n = 0; n < 200; n += 1) {
    const batch = await takeDueBatch(app.store, 60);
    if (batch === undefined) return;
    await feedBatch(deps, batch);
  }
  throw new Error('the batches are never fed');
}

/** Ends the next generation that waits: with a video of these words for bytes, or badly. Answers its id. */
export async function endNext(
  app: TestApp,
  end: { video: string; credits?: number } | 'failed',
): Promise<string> {
  const claimed = await claimGeneration(app.store, { engine: 'local', leaseSeconds: 60 });
  assert.ok(claimed, 'nothing waits to be made');
  if (end === 'failed') {
    const failure = { code: 'engine_failed', message: 'The engine fell over.' } as const;
    assert.ok(await failGeneration(app.store, claimed, failure));
    return claimed.id;
  }
  const keep = async (words: string, kind: 'video' | 'image') => {
    const bytes = Buffer.from(words);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const facts = { kind, contentType: kind === 'video' ? 'video/mp4' : 'image/jpeg' };
    const { accountId } = claimed;
    const file = { accountId, sha256, sizeBytes: bytes.length, facts, name: undefined };
    const { id } = await insertFile(app.store, file, async () => {
      const path = join(tmpdir(), `kinora-record-${randomUUID()}`);
      await writeFile(path, bytes);
      await app.deps.files.keep(sha256, path);
    });
    return id;
  };
  const delivery = {
    chargedCredits: end.credits ?? 0,
    outputFileId: await keep(end.video, 'video'),
    posterFileId: await keep(`poster of ${end.video}`, 'image'),
    outputFacts: {
      kind: 'video',
      contentType: 'video/mp4',
      durationSeconds: 5,
      width: 1280,
      height: 720,
      sizeBytes: Buffer.byteLength(end.video),
    } as const,
    storyboard: null,
    notes: [],
    checks: [],
  };
  assert.ok(await completeGeneration(app.store, claimed, delivery));
  return claimed.id;
}
