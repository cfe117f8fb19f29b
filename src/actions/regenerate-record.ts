import { createHash, randomInt } from 'node:crypto';
import { batchLimits } from '../domain/batch.ts';
import { AppError } from '../domain/errors.ts';
import type { JsonObject } from '../domain/json.ts';
import { requestLimits } from '../domain/request.ts';
import { appendRows } from '../store/append-rows.ts';
import { writeAudit } from '../store/audit.ts';
import { findBatch, insertBatch } from '../store/batches.ts';
import type { Db, Store } from '../store/db.ts';
import { completeIdempotencyKey } from '../store/idempotency.ts';
import { findRemakeBatch, readRemakeSource, setRemakeBatch } from '../store/remakes.ts';
import type { Caller } from './caller.ts';
import { onceOnly } from './once-only.ts';
import { noRecord } from './review-record.ts';

export interface Remake {
  note: string | undefined;
  /** Absent: a new one. */
  seed: number | undefined;
  /** Absent: the newest. */
  version: number | undefined;
}

/**
 * Makes a version of a record once more, as a new version of the same fingerprint: with another seed, and the note as a
 * sentence after its prompt. It waits in a batch that its workflow keeps for this, and is held and charged as any other.
 * Throws AppError while the newest version is still on its way.
 */
export async function regenerateRecord(
  store: Store,
  caller: Caller,
  id: string,
  remake: Remake,
  idempotencyKey: string | undefined,
): Promise<{ replayed: boolean }> {
  const { replayed } = await onceOnly(store, {
    scope: `${caller.accountId}:${caller.purse}`,
    key: idempotencyKey,
    requestHash: () =>
      createHash('sha256')
        .update(JSON.stringify(['regenerate', id, remake]))
        .digest('hex'),
    run: (ticket) =>
      store.transaction(async (db) => {
        const number = await addRemake(db, caller, id, remake);
        if (ticket !== undefined && !(await completeIdempotencyKey(db, ticket, String(number))))
          throw new AppError('idempotency_in_progress', 'Another call with this key has taken over.', {
            retryable: true,
          });
        return number;
      }),
    replay: async (number) => Number(number),
  });
  return { replayed };
}

/** The number of the row in its batch. */
async function addRemake(db: Db, caller: Caller, id: string, remake: Remake): Promise<number> {
  const { note, seed = randomInt(2 ** 31) } = remake;
  const source = await readRemakeSource(db, caller, id, remake.version);
  if (source === undefined) throw noRecord(id);
  const { workflow, key, number, request, tags } = source;
  if (number === null || request === null)
    throw new AppError('not_found', `The record ${id} has no version ${remake.version}.`, {
      hint: `GET /v1/records/${id} lists its versions.`,
    });
  const batchId = await batchOf(db, caller, workflow);
  const { fingerprint, parts } = source;
  const version = { workflow, key, fingerprint, parts, remadeFrom: number, note };
  const added = await appendRows(db, caller, batchId, [
    { request: tagged(remade(request, note, seed), tags), version },
  ]);
  if (added === undefined) throw new Error(`the batch ${batchId} takes no rows`);
  const [open] = added.skipped;
  if (open !== undefined)
    throw new AppError('invalid_state', `Version ${open.version} of ${id} is ${open.state} already.`, {
      hint: 'Wait until it is made, or cancel it.',
    });
  const audited = { actor: caller.keyId, action: 'record.regenerated', target: `${id}/${number}` };
  await writeAudit(db, { accountId: caller.accountId, ...audited });
  return added.first ?? 0;
}

/** The same request at the price of today, with its note and seed. */
function remade({ quote_id: _, ...request }: JsonObject, note: string | undefined, seed: number): JsonObject {
  if (note === undefined) return { ...request, seed };
  if (request['storyboard'] !== undefined)
    throw new AppError(
      'invalid_request',
      'This version is filmed from a storyboard, which no note changes.',
      {
        hint: 'Send a seed alone, or change the storyboard in your own data.',
      },
    );
  const prompt = withSentence(String(request['prompt']), note);
  const most = requestLimits.promptCharacters;
  if (prompt.length <= most) return { ...request, prompt, seed };
  const message = `With this note the prompt has ${prompt.length} characters; it has at most ${most}.`;
  throw new AppError('invalid_prompt', message, {
    hint: 'Shorten the note.',
    faults: [{ pointer: '/note', code: 'invalid_prompt', message }],
  });
}

const ended = (text: string) => (/[.!?…]["'”’)]?$/.test(text) ? text : `${text}.`);

const withSentence = (prompt: string, note: string) => `${ended(prompt.trimEnd())} ${ended(note)}`;

/** With the tags of the batch that it was in, so that it counts on the same budgets. */
function tagged(request: JsonObject, tags: readonly string[]): JsonObject {
  const own = Array.isArray(request['tags']) ? request['tags'].map(String) : [];
  return { ...request, tags: [...new Set([...tags, ...own])] };
}

/** The batch that the workflow keeps for this, made if there is none that takes rows and spends as this key. */
async function batchOf(db: Db, caller: Caller, workflow: string): Promise<string> {
  const kept = await findRemakeBatch(db, caller, workflow);
  const batch = kept === null ? undefined : await findBatch(db, caller, kept);
  if (
    batch !== undefined &&
    batch.keyId === caller.keyId &&
    batch.canceledAt === null &&
    batch.rowCount < batchLimits.rows
  )
    return batch.id;
  const made = await insertBatch(db, {
    owner: caller,
    keyId: caller.keyId,
    name: `Made once more: ${workflow}`.slice(0, 200),
    priority: 0,
    ahead: 100,
    workflow,
    tags: [],
  });
  await setRemakeBatch(db, caller, workflow, made.id);
  return made.id;
}
