import type { ConsentState } from '../domain/consent.ts';
import type { ProviderUsage, RemoteOutput } from '../domain/engine.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Note } from '../domain/plan.ts';
import { holdOffErasuresOf, isConsentRevoked } from './consent-gates.ts';
import type { Db, Store } from './db.ts';
import { insertEvent } from './events.ts';
import { newId } from './new-id.ts';

/** What has to be done next about a job at a provider. `unknown` is not among them: that one is parked. */
export type RemoteStep = 'starting' | 'running' | 'collecting' | 'late';

/** A step that this worker, and nobody else, may take until the lease runs out. */
export interface RemoteJob {
  attemptId: string;
  /** Of the generation. */
  id: string;
  step: RemoteStep;
  lease: string;
  /** How often this step was tried in vain. */
  tries: number;
  /** How often in a row its provider has said that it does not know the job; not being answered says nothing. */
  unknownTimes: number;
  /** Absent until the provider has said how it calls the job. */
  handle: JsonObject | null;
  output: RemoteOutput | null;
  startedSecondsAgo: number;
  /** Null while its provider has not been asked. */
  askedSecondsAgo: number | null;
  cancelRequested: boolean;
  pastDeadline: boolean;
}

/** Takes up to `limit` steps that are due on an engine, those longest due first. */
export async function takeDueSteps(
  db: Db,
  options: { engine: string; steps: readonly RemoteStep[]; limit: number; leaseSeconds: number },
): Promise<RemoteJob[]> {
  return db.query<RemoteJob>(
    `with due as (
      select id from attempts
      where engine = $1 and step = any($2) and next_step_at <= now()
      order by next_step_at limit $3
      for update skip locked
    )
    update attempts t set lease = $4, next_step_at = now() + $5 * interval '1 second'
    from due, generations g
    where t.id = due.id and g.id = t.generation_id
    returning t.id as "attemptId", g.id, t.step, t.lease, t.tries, t.unknown_times as "unknownTimes", t.handle, t.output,
      extract(epoch from now() - t.started_at)::real as "startedSecondsAgo",
      extract(epoch from now() - t.asked_at)::real as "askedSecondsAgo",
      g.cancel_requested_at is not null as "cancelRequested",
      coalesce(g.expires_at <= kinora_now(), false) as "pastDeadline"`,
    [options.engine, options.steps, options.limit, newId('lease'), options.leaseSeconds],
  );
}

export type Held = Pick<RemoteJob, 'attemptId' | 'lease'>;

/** Keeps the lease of a long step. False if it is somebody else's. */
export async function keepStep(db: Db, { attemptId, lease }: Held, leaseSeconds: number): Promise<boolean> {
  const rows = await db.query(
    `update attempts set next_step_at = now() + $3 * interval '1 second' where id = $1 and lease = $2 returning id`,
    [attemptId, lease, leaseSeconds],
  );
  return rows.length === 1;
}

/** What stands just before a provider is asked. */
export interface Asking {
  cancelRequested: boolean;
  pastDeadline: boolean;
  /** Why the people in it do not agree any more; null if they do. */
  consentTrouble: Exclude<ConsentState, 'valid'> | null;
}

/**
 * Writes that the provider is asked from here on, unless nobody wants the video any more. Undefined if the lease is
 * somebody else's.
 */
export async function noteAsking(
  db: Db,
  { attemptId, lease }: Held,
  leaseSeconds: number,
): Promise<Asking | undefined> {
  const [asking] = await db.query<Asking>(
    `with standing as (
      select t.id, g.cancel_requested_at is not null as canceled,
        coalesce(g.expires_at <= kinora_now(), false) as late, consent_trouble(g.id) as trouble
      from attempts t join generations g on g.id = t.generation_id where t.id = $1
    )
    update attempts t set next_step_at = now() + $3 * interval '1 second',
      asked_at = case when s.canceled or s.late or s.trouble is not null then asked_at else coalesce(asked_at, now()) end
    from standing s
    where t.id = s.id and t.lease = $2
    returning s.canceled as "cancelRequested", s.late as "pastDeadline",
      s.trouble as "consentTrouble"`,
    [attemptId, lease, leaseSeconds],
  );
  return asking;
}

/** The provider has the job. False if the attempt is somebody else's by now; then the handle is known to them too. */
export async function keepHandle(
  db: Db,
  job: Held & Pick<RemoteJob, 'id'>,
  accepted: { handle: JsonObject; checkAfterSeconds: number; notes: readonly Note[] },
): Promise<boolean> {
  const rows = await db.query(
    `with owned as (
      select id, cancel_requested_at is null and coalesce(expires_at > kinora_now(), true) as is_wanted
      from generations where id = $6 for no key update
    ), t as (
      update attempts set step = 'running', lease = null, tries = 0, unknown_times = 0, handle = $3, accepted_at = now(),
        -- Where a callback has come before the answer there is something to be read, and one that is not wanted any
        -- more is stopped.
        next_step_at = now() + case when handle is null and owned.is_wanted then $4::real else 0 end * interval '1 second'
      from owned
      where attempts.id = $1 and lease = $2 and step = 'starting' returning generation_id
    )
    update generations g set notes = g.notes || $5::jsonb, phase = 'generate' from t where g.id = t.generation_id
    returning g.id`,
    [
      job.attemptId,
      job.lease,
      JSON.stringify(accepted.handle),
      accepted.checkAfterSeconds,
      JSON.stringify(accepted.notes),
      job.id,
    ],
  );
  return rows.length === 1;
}

/** What a check that brought no end has to say. */
export interface Postponed extends Held {
  /** Of the generation. */
  id: string;
  seconds: number;
  /** Whether the provider did not answer, so that the next pause is longer. */
  inVain: boolean;
  /** Whether it answered that it does not know the job. */
  isUnknown?: boolean;
  progress: number | undefined;
}

/** Looks again later: any number of attempts at once. */
export async function postponeSteps(db: Db, jobs: readonly Postponed[]): Promise<void> {
  if (jobs.length === 0) return;
  await db.query(
    `update attempts t set lease = null,
      -- What a cancel or a callback has made due meanwhile stays due.
      next_step_at = case when t.next_step_at <= now() then now() else now() + p.seconds * interval '1 second' end,
      tries = case when p.in_vain then t.tries + 1 else 0 end,
      unknown_times = case when p.is_unknown then t.unknown_times + 1 when p.in_vain then t.unknown_times else 0 end
    from unnest($1::text[], $2::text[], $3::real[], $4::boolean[], $5::boolean[])
      as p (id, lease, seconds, in_vain, is_unknown)
    where t.id = p.id and t.lease = p.lease`,
    [
      jobs.map(({ attemptId }) => attemptId),
      jobs.map(({ lease }) => lease),
      jobs.map(({ seconds }) => seconds),
      jobs.map(({ inVain }) => inVain),
      jobs.map(({ isUnknown }) => isUnknown === true),
    ],
  );
}

/** Writes how far the generations of checked jobs are; never back. */
export async function showProgress(
  db: Db,
  jobs: readonly Pick<Postponed, 'id' | 'progress'>[],
): Promise<void> {
  if (jobs.length === 0) return;
  await db.query(
    `update generations g set progress = p.progress
    from unnest($1::text[], $2::real[]) as p (id, progress)
    where g.id = p.id and g.status = 'processing' and p.progress > g.progress`,
    [jobs.map(({ id }) => id), jobs.map(({ progress }) => progress)],
  );
}

/** The provider says the job is done: its output is fetched next. */
export async function collectNext(
  db: Db,
  job: Held,
  done: { output: RemoteOutput; usage: ProviderUsage },
): Promise<boolean> {
  const rows = await db.query(
    `update attempts set step = case when step = 'late' then 'late' else 'collecting' end, lease = null, tries = 0, unknown_times = 0,
      next_step_at = now(), output = $3, billed_seconds = $4, cost_micro_usd = $5
    where id = $1 and lease = $2 returning id`,
    [
      job.attemptId,
      job.lease,
      JSON.stringify(done.output),
      done.usage.billedSeconds,
      done.usage.costMicroUsd,
    ],
  );
  return rows.length === 1;
}

/** Writes what a provider charged, whatever the end. */
export async function recordUsage(db: Db, attemptId: string, usage: ProviderUsage): Promise<void> {
  await db.query('update attempts set billed_seconds = $2, cost_micro_usd = $3 where id = $1', [
    attemptId,
    usage.billedSeconds,
    usage.costMicroUsd,
  ]);
}

/** Said of a video that came after its person had revoked the consent. */
export const droppedLate = 'A person in it has revoked the consent; the video was dropped.';

/** There is nothing more to fetch of an attempt that has ended; `why` says what became of a video that it had made. */
export async function closeLate(db: Db, job: Held, why?: string): Promise<void> {
  await db.query(
    `update attempts set step = null, lease = null, next_step_at = null, message = coalesce($3, message)
    where id = $1 and lease = $2 and step = 'late'`,
    [job.attemptId, job.lease, why ?? null],
  );
}

/**
 * Keeps a video that came too late, on its attempt; neither status nor ledger change. One whose person has revoked the
 * consent is dropped. False, and nothing kept, then and where the lease is somebody else's.
 */
export async function keepLateOutput(
  store: Store,
  job: Held & Pick<RemoteJob, 'id'>,
  late: { outputFileId: string; posterFileId: string; facts: object },
): Promise<boolean> {
  return store.transaction(async (db) => {
    await holdOffErasuresOf(db, job.id);
    if (await isConsentRevoked(db, job.id)) {
      await closeLate(db, job, droppedLate);
      return false;
    }
    const [row] = await db.query<{ accountId: string; generationId: string }>(
      `update attempts t set step = null, lease = null, next_step_at = null, late_output_file_id = $3,
        late_poster_file_id = $4, late_output_facts = $5
      from generations g
      where t.id = $1 and t.lease = $2 and t.step = 'late' and g.id = t.generation_id
      returning g.account_id as "accountId", g.id as "generationId"`,
      [job.attemptId, job.lease, late.outputFileId, late.posterFileId, JSON.stringify(late.facts)],
    );
    if (row === undefined) return false;
    await insertEvent(db, { ...row, type: 'generation.late_output', data: { attempt_id: job.attemptId } });
    return true;
  });
}

/**
 * A provider has called back about an attempt: whatever it said, the job is read now. One that was parked, or whose
 * start was not answered, is found again by the handle. One that has ended without a video is read once more. False if
 * there is nothing to read.
 */
export async function wakeAttempt(
  db: Db,
  options: { attemptId: string; engine: string; handle: JsonObject | undefined },
): Promise<boolean> {
  const rows = await db.query(
    `update attempts set next_step_at = case when step <> 'running' and lease is not null then next_step_at else now() end,
      handle = coalesce(handle, $3::jsonb),
      unknown_times = 0,
      -- An operator who was about to decide need not any more.
      lease = case when step = 'unknown' then null else lease end,
      accepted_at = case when $3::jsonb is null then accepted_at else coalesce(accepted_at, now()) end,
      step = case
        when ended_at is not null then 'late'
        when step = 'unknown' then 'running'
        else step
      end
    where id = $1 and engine = $2 and (coalesce(handle, $3::jsonb) is not null)
      and (ended_at is null or (result in ('failed', 'canceled', 'lost') and late_output_file_id is null))
      -- A job belongs to one attempt: nobody is given what another has paid for.
      and not exists (select from attempts o where o.engine = $2 and o.id <> $1 and o.handle = $3::jsonb)
    returning id`,
    [options.attemptId, options.engine, options.handle === undefined ? null : JSON.stringify(options.handle)],
  );
  return rows.length === 1;
}

/** Whether there is such an attempt, and the engine is its own. */
export async function isAttemptOf(db: Db, attemptId: string, engine: string): Promise<boolean> {
  const rows = await db.query('select from attempts where id = $1 and engine = $2', [attemptId, engine]);
  return rows.length === 1;
}

/** Whether a job is known already, and as that of another attempt. */
export async function isHandleOfAnother(
  db: Db,
  { attemptId, engine, handle }: { attemptId: string; engine: string; handle: JsonObject },
): Promise<boolean> {
  const rows = await db.query(
    'select from attempts where handle = $3::jsonb and engine = $2 and id <> $1 limit 1',
    [attemptId, engine, JSON.stringify(handle)],
  );
  return rows.length > 0;
}

/** Lets every step be taken now: right only where no other process can be taking one. */
export async function freeStepLeases(db: Db): Promise<void> {
  await db.query(
    `update attempts set lease = null, next_step_at = now()
    where lease is not null and step in ('starting', 'running', 'collecting', 'late')`,
  );
}
