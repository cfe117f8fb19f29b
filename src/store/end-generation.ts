import type { Check } from '../domain/check.ts';
import { type Purse, releaseHold, settleHold } from '../domain/credits.ts';
import { type FailureCode, type Outcome, statusAfter, statusesBefore } from '../domain/generation.ts';
import type { Json } from '../domain/json.ts';
import type { MediaFacts } from '../domain/media-facts.ts';
import type { Note } from '../domain/plan.ts';
import type { Db, Store } from './db.ts';
import { insertEvent } from './events.ts';
import { endHold } from './ledger.ts';
import type { Owner } from './read-generations.ts';

export interface Delivery {
  chargedCredits: number;
  outputFileId: string;
  posterFileId: string;
  outputFacts: MediaFacts & { sizeBytes: number };
  storyboard: Json;
  notes: Note[];
  checks: Check[];
}

export interface Failure {
  outcome: Exclude<Outcome, 'succeeded'>;
  code: FailureCode;
  message: string;
  notes?: Note[];
  checks?: Check[];
}

/** How a generation ends whose owner cancels it under way. */
export const canceledWhileMade: Failure = {
  outcome: 'canceled',
  code: 'canceled',
  message: 'Canceled while it was being made.',
};

/** The columns that ending needs from the row it moved. */
interface Moved {
  id: string;
  accountId: string;
  purse: Purse;
  attempt: number;
  priceCredits: number;
  wasProcessing: boolean;
}

/**
 * Ends a leased generation well: status, settlement, event, attempt and the account's counter in one transaction.
 * False, and nothing written, if the lease is no longer held.
 */
export async function completeGeneration(
  store: Store,
  claimed: { id: string; lease: string },
  delivery: Delivery,
): Promise<boolean> {
  return store.transaction(async (db) => {
    const [moved] = await db.query<Moved>(
      `update generations g set status = 'complete', outcome = 'succeeded', finished_at = now(), lease = null,
        lease_expires_at = null, progress = 1, charged_credits = $4, output_file_id = $5, poster_file_id = $6,
        output_facts = $7, storyboard = $8, notes = $9, checks = $10
      where id = $1 and lease = $2 and status = any($3)
      returning ${movedColumns}, true as "wasProcessing"`,
      [
        claimed.id,
        claimed.lease,
        statusesBefore('complete'),
        delivery.chargedCredits,
        delivery.outputFileId,
        delivery.posterFileId,
        JSON.stringify(delivery.outputFacts),
        JSON.stringify(delivery.storyboard),
        JSON.stringify(delivery.notes),
        JSON.stringify(delivery.checks),
      ],
    );
    if (moved === undefined) return false;
    await endHold(db, {
      accountId: moved.accountId,
      purse: moved.purse,
      generationId: moved.id,
      entry: settleHold(moved.priceCredits, delivery.chargedCredits),
      reason: 'delivered',
    });
    await closeAttempt(db, moved, 'succeeded', undefined);
    await insertEvent(db, {
      accountId: moved.accountId,
      generationId: moved.id,
      type: 'generation.complete',
    });
    return true;
  });
}

/** Ends a leased generation badly and gives its credits back. False if the lease is no longer held. */
export async function failGeneration(
  store: Store,
  claimed: { id: string; lease: string },
  failure: Failure,
): Promise<boolean> {
  return store.transaction((db) => fail(db, claimed.id, claimed.lease, failure));
}

/**
 * Cancels at the owner's word: a waiting generation ends at once, a processing one is marked and ended by its worker.
 * Undefined if the account has no such generation; `too_late` if it has ended already.
 */
export async function cancelGeneration(
  store: Store,
  owner: Owner,
  id: string,
): Promise<'canceled' | 'canceling' | 'too_late' | undefined> {
  return store.transaction(async (db) => {
    const [row] = await db.query<{ status: string }>(
      'select status from generations where id = $1 and account_id = $2 and purse = $3 for update',
      [id, owner.accountId, owner.purse],
    );
    if (row === undefined) return undefined;
    if (row.status === 'pending') {
      const message = 'Canceled before it began.';
      await fail(db, id, null, { outcome: 'canceled', code: 'canceled', message });
      return 'canceled';
    }
    if (row.status !== 'processing') return 'too_late';
    await db.query(
      'update generations set cancel_requested_at = coalesce(cancel_requested_at, now()) where id = $1',
      [id],
    );
    return 'canceling';
  });
}

/**
 * Puts a leased generation back in line, to be tried again after `waitSeconds`; one that its owner wants canceled ends
 * instead. False if the lease is gone.
 */
export async function requeueGeneration(
  store: Store,
  claimed: { id: string; lease: string },
  attempt: { result: 'failed' | 'lost' | 'stopped'; message: string; waitSeconds: number },
): Promise<boolean> {
  return store.transaction(async (db) => {
    const [leased] = await db.query<{ canceled: boolean }>(
      `select cancel_requested_at is not null as canceled from generations where id = $1 and lease = $2 for update`,
      [claimed.id, claimed.lease],
    );
    if (leased?.canceled === true) return fail(db, claimed.id, claimed.lease, canceledWhileMade);
    const [moved] = await db.query<Moved>(
      `update generations g set status = 'pending', lease = null, lease_expires_at = null, phase = null, progress = 0,
        not_before = now() + $4 * interval '1 second'
      where id = $1 and lease = $2 and status = any($3)
      returning ${movedColumns}, true as "wasProcessing"`,
      [claimed.id, claimed.lease, statusesBefore('pending'), attempt.waitSeconds],
    );
    if (moved === undefined) return false;
    await closeAttempt(db, moved, attempt.result, attempt.message);
    await insertEvent(db, {
      accountId: moved.accountId,
      generationId: moved.id,
      type: 'generation.requeued',
    });
    return true;
  });
}

async function fail(db: Db, id: string, lease: string | null, failure: Failure): Promise<boolean> {
  const [moved] = await db.query<Moved>(
    `with before as (select id, status from generations where id = $1)
    update generations g set status = $4, outcome = $5, failure_code = $6, failure_message = $7, finished_at = now(),
      charged_credits = 0, notes = coalesce($8::jsonb, notes), checks = coalesce($9::jsonb, checks),
      lease = null, lease_expires_at = null
    from before
    where g.id = before.id and g.lease is not distinct from $2 and g.status = any($3)
    returning ${movedColumns}, before.status = 'processing' as "wasProcessing"`,
    [
      id,
      lease,
      statusesBefore('failed'),
      statusAfter[failure.outcome],
      failure.outcome,
      failure.code,
      failure.message,
      failure.notes === undefined ? null : JSON.stringify(failure.notes),
      failure.checks === undefined ? null : JSON.stringify(failure.checks),
    ],
  );
  if (moved === undefined) return false;
  await endHold(db, {
    accountId: moved.accountId,
    purse: moved.purse,
    generationId: moved.id,
    entry: releaseHold(moved.priceCredits),
    reason: failure.code,
  });
  if (moved.wasProcessing)
    await closeAttempt(db, moved, failure.outcome === 'canceled' ? 'canceled' : 'failed', failure.message);
  await insertEvent(db, { accountId: moved.accountId, generationId: moved.id, type: 'generation.failed' });
  return true;
}

const movedColumns =
  'g.id, g.account_id as "accountId", g.purse, g.attempt, g.price_credits as "priceCredits"';

async function closeAttempt(
  db: Db,
  moved: Moved,
  result: 'succeeded' | 'failed' | 'canceled' | 'lost' | 'stopped',
  message: string | undefined,
): Promise<void> {
  await db.query(
    'update attempts set ended_at = now(), result = $3, message = $4 where generation_id = $1 and number = $2',
    [moved.id, moved.attempt, result, message ?? null],
  );
  await db.query('update accounts set running = running - 1 where id = $1', [moved.accountId]);
}
