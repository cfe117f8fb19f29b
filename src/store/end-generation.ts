import type { Check } from '../domain/check.ts';
import type { ConsentState } from '../domain/consent.ts';
import type { ProviderUsage, RemoteOutput } from '../domain/engine.ts';
import { type FailureCode, outcomeOf, statusAfter, statusesBefore } from '../domain/generation.ts';
import type { Json } from '../domain/json.ts';
import type { MediaFacts } from '../domain/media-facts.ts';
import type { Note, Plan } from '../domain/plan.ts';
import { writeAudit } from './audit.ts';
import { holdOffErasuresOf, isConsentRevoked } from './consent-gates.ts';
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
  code: FailureCode;
  message: string;
  notes?: Note[];
  checks?: Check[];
}

/** How a generation ends whose owner cancels it under way. */
export const canceledWhileMade: Failure = {
  code: 'canceled',
  message: 'Canceled while it was being made.',
};

/** How a generation ends whose people do not agree any more. */
export const consentEnded = (state: Exclude<ConsentState, 'valid'>): Failure => ({
  code: 'consent_ended',
  message:
    state === 'revoked'
      ? 'A person in it has revoked the consent.'
      : 'The consent of a person in it ran out before it was begun.',
});

/** Work on one attempt of a generation, as long as its lease holds. */
export interface Claim {
  id: string;
  lease: string;
}

type AttemptResult = 'succeeded' | 'failed' | 'canceled' | 'lost' | 'stopped';

/** What ending needs of the row it moves. */
interface Locked {
  accountId: string;
  attemptId: string;
  cancelRequested: boolean;
  /** Its start was not answered, and yet a callback has named the job: it runs. */
  isRunningAfterAll: boolean;
}

/**
 * Ends a claimed generation well: status, settlement, receipt, event, attempt and the counters in one transaction.
 * False, and nothing delivered, if the lease is no longer held, or a person in it has revoked the consent: then it ends badly.
 */
export async function completeGeneration(store: Store, claim: Claim, delivery: Delivery): Promise<boolean> {
  return store.transaction(async (db) => {
    await holdOffErasuresOf(db, claim.id);
    const locked = await lockClaimed(db, claim);
    if (locked === undefined) return false;
    if (await isConsentRevoked(db, claim.id)) {
      await failClaimed(db, claim, locked, consentEnded('revoked'), undefined);
      return false;
    }
    await db.query(
      `update generations set status = 'complete', outcome = 'succeeded', finished_at = now(), lease = null,
        lease_expires_at = null, progress = 1, charged_credits = $3, output_file_id = $4, poster_file_id = $5,
        output_facts = $6, storyboard = $7, notes = $8, checks = $9
      where id = $1 and status = any($2)`,
      [
        claim.id,
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
    await closeAttempt(db, locked.attemptId, { result: 'succeeded' });
    await endHold(db, { generationId: claim.id, charged: delivery.chargedCredits, reason: 'delivered' });
    await insertEvent(db, {
      accountId: locked.accountId,
      generationId: claim.id,
      type: 'generation.complete',
    });
    await freeSlot(db, locked.attemptId);
    return true;
  });
}

/** What a provider made all the same, after its generation was no longer wanted. */
export interface LateOutput {
  output: RemoteOutput;
  /** Absent where it was recorded before. */
  usage: ProviderUsage | undefined;
}

/**
 * Ends a claimed generation badly and gives its credits back. A `lateOutput` is still fetched, for the owner to adopt;
 * not where a person in it has revoked the consent, which then is what it failed for. False if the lease is no longer held.
 */
export async function failGeneration(
  store: Store,
  claim: Claim,
  failure: Failure,
  options: { lateOutput?: LateOutput } = {},
): Promise<boolean> {
  return store.transaction(async (db) => {
    const locked = await lockClaimed(db, claim);
    if (locked === undefined) return false;
    if (locked.isRunningAfterAll) await followJob(db, locked);
    else await failClaimed(db, claim, locked, failure, options.lateOutput);
    return true;
  });
}

/**
 * Cancels at the owner's word: a waiting generation ends at once, a processing one is marked, and ended when its worker
 * or its provider has stopped. Undefined if the account has no such generation; `too_late` if it has ended already. The
 * first cancel of a generation goes to the audit log, under the name of its `actor`.
 */
export async function cancelGeneration(
  store: Store,
  owner: Owner,
  id: string,
  actor = 'system',
): Promise<'canceled' | 'canceling' | 'too_late' | undefined> {
  return store.transaction(async (db) => {
    const [row] = await db.query<{ status: string; asked: boolean }>(
      `select status, cancel_requested_at is not null as asked from generations
      where id = $1 and account_id = $2 and purse = $3 for no key update`,
      [id, owner.accountId, owner.purse],
    );
    if (row === undefined) return undefined;
    if (!row.asked && (row.status === 'pending' || row.status === 'processing'))
      await writeAudit(db, {
        accountId: owner.accountId,
        actor,
        action: 'generation.canceled',
        target: id,
        details: { was: row.status },
      });
    if (row.status === 'pending') {
      await failLocked(db, { id, accountId: owner.accountId }, canceledBeforeBegun);
      return 'canceled';
    }
    if (row.status !== 'processing') return 'too_late';
    await db.query(
      'update generations set cancel_requested_at = coalesce(cancel_requested_at, now()) where id = $1',
      [id],
    );
    // A job that its provider runs is seen to now, not at its next check.
    await db.query(
      `update attempts t set next_step_at = now() from generations g
      where g.id = $1 and t.id = g.attempt_id and t.step = 'running'`,
      [id],
    );
    return 'canceling';
  });
}

/** Ends a generation that has not begun, whatever the reason. False if it has begun or ended meanwhile. */
export async function failPending(store: Store, id: string, failure: Failure): Promise<boolean> {
  return store.transaction(async (db) => {
    const [row] = await db.query<{ accountId: string }>(
      `select account_id as "accountId" from generations where id = $1 and status = 'pending' for no key update`,
      [id],
    );
    if (row === undefined) return false;
    await failLocked(db, { id, accountId: row.accountId }, failure);
    return true;
  });
}

const canceledBeforeBegun: Failure = { code: 'canceled', message: 'Canceled before it began.' };

/**
 * Puts a claimed generation back in line, to be tried again after `waitSeconds`; one that its owner wants canceled ends
 * instead. False if the lease is gone.
 */
export async function requeueGeneration(
  store: Store,
  claim: Claim,
  attempt: {
    result: 'failed' | 'lost' | 'stopped';
    code?: FailureCode;
    message: string;
    waitSeconds: number;
    /** Another engine is to make it: its plan, and what is told of that. */
    moveTo?: { plan: Plan; note: Note };
  },
): Promise<boolean> {
  return store.transaction(async (db) => {
    const locked = await lockClaimed(db, claim);
    if (locked === undefined) return false;
    if (locked.isRunningAfterAll) {
      await followJob(db, locked);
      return true;
    }
    if (locked.cancelRequested) {
      await failClaimed(db, claim, locked, canceledWhileMade, undefined);
      return true;
    }
    await db.query(
      `update generations set status = 'pending', lease = null, lease_expires_at = null, phase = null, progress = 0,
        not_before = now() + $3 * interval '1 second', engine = coalesce($4, engine), model = coalesce($5, model),
        plan = coalesce($6::jsonb, plan), notes = notes || $7::jsonb
      where id = $1 and status = any($2)`,
      [claim.id, statusesBefore('pending'), attempt.waitSeconds, ...moveValues(attempt.moveTo)],
    );
    await closeAttempt(db, locked.attemptId, attempt);
    await insertEvent(db, {
      accountId: locked.accountId,
      generationId: claim.id,
      type: 'generation.requeued',
    });
    await freeSlot(db, locked.attemptId);
    return true;
  });
}

function moveValues(moveTo: { plan: Plan; note: Note } | undefined): (string | null)[] {
  if (moveTo === undefined) return [null, null, null, '[]'];
  const { plan, note } = moveTo;
  return [plan.engine, plan.model, JSON.stringify(plan), JSON.stringify([note])];
}

/** Locks a processing generation and its attempt, if the lease on them is still the caller's. */
async function lockClaimed(db: Db, claim: Claim): Promise<Locked | undefined> {
  const [row] = await db.query<Locked & { lease: string | null }>(
    `select g.account_id as "accountId", t.id as "attemptId", g.cancel_requested_at is not null as "cancelRequested",
      coalesce(t.step = 'starting' and t.handle is not null, false) as "isRunningAfterAll",
      coalesce(g.lease, t.lease) as lease
    from generations g join attempts t on t.id = g.attempt_id
    where g.id = $1 and g.status = 'processing' for no key update`,
    [claim.id],
  );
  return row?.lease === claim.lease ? row : undefined;
}

/** Nothing is ended whose job is known by now: it is asked after instead. */
async function followJob(db: Db, { attemptId }: Locked): Promise<void> {
  await db.query(
    `update attempts set step = 'running', lease = null, tries = 0, next_step_at = now() where id = $1`,
    [attemptId],
  );
}

async function failClaimed(
  db: Db,
  { id }: Claim,
  { accountId, attemptId }: Locked,
  failure: Failure,
  lateOutput: LateOutput | undefined,
): Promise<void> {
  const revoked = await isConsentRevoked(db, id);
  const why = revoked ? { ...failure, ...consentEnded('revoked') } : failure;
  const { code, message } = why;
  const result = outcomeOf[code] === 'canceled' ? 'canceled' : 'failed';
  await closeAttempt(db, attemptId, { result, code, message }, revoked ? undefined : lateOutput);
  await failLocked(db, { id, accountId }, why);
  await freeSlot(db, attemptId);
}

async function failLocked(
  db: Db,
  generation: { id: string; accountId: string },
  failure: Failure,
): Promise<void> {
  const outcome = outcomeOf[failure.code];
  await db.query(
    `update generations set status = $3, outcome = $4, failure_code = $5, failure_message = $6, finished_at = now(),
      charged_credits = 0, notes = coalesce($7::jsonb, notes), checks = coalesce($8::jsonb, checks),
      lease = null, lease_expires_at = null
    where id = $1 and status = any($2)`,
    [
      generation.id,
      statusesBefore('failed'),
      statusAfter[outcome],
      outcome,
      failure.code,
      failure.message,
      failure.notes === undefined ? null : JSON.stringify(failure.notes),
      failure.checks === undefined ? null : JSON.stringify(failure.checks),
    ],
  );
  await endHold(db, { generationId: generation.id, charged: 0, reason: failure.code });
  await insertEvent(db, {
    accountId: generation.accountId,
    generationId: generation.id,
    type: 'generation.failed',
  });
}

/**
 * Counts an attempt out. Last in its transaction: a hold locks the balance before the account, and who locks them the
 * other way round may wait for it for ever.
 */
async function freeSlot(db: Db, attemptId: string): Promise<void> {
  await db.query('select free_slot($1)', [attemptId]);
}

/** Ends an attempt; its slot is free once `freeSlot` has counted it out. With a `late` output there is still something to fetch. */
async function closeAttempt(
  db: Db,
  attemptId: string,
  end: { result: AttemptResult; code?: FailureCode; message?: string },
  late?: LateOutput,
): Promise<void> {
  await db.query(
    `update attempts set ended_at = now(), result = $2, code = $3, message = $4, lease = null,
      step = case when $5::jsonb is not null then 'late' end, next_step_at = case when $5 is not null then now() end,
      tries = 0, output = coalesce($5, output), billed_seconds = coalesce($6, billed_seconds),
      cost_micro_usd = coalesce($7, cost_micro_usd)
    where id = $1`,
    [
      attemptId,
      end.result,
      end.code ?? null,
      end.message ?? null,
      late === undefined ? null : JSON.stringify(late.output),
      late?.usage?.billedSeconds ?? null,
      late?.usage?.costMicroUsd ?? null,
    ],
  );
}
