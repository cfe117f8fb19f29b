import type { Purse } from '../domain/credits.ts';
import type { Db } from './db.ts';
import { personGenerations, type Subject, subjectOf } from './person-sql.ts';

export interface OpenGeneration {
  id: string;
  purse: Purse;
  status: 'pending' | 'processing';
  /** Nobody can tell whether a provider has it. */
  isParked: boolean;
  attemptId: string | null;
}

/** What is waiting or being made of the person. */
export async function findOpen(db: Db, subject: Subject): Promise<OpenGeneration[]> {
  return db.query<OpenGeneration>(
    `select g.id, g.purse, g.status, coalesce(a.step = 'unknown', false) as "isParked", a.id as "attemptId"
    from generations g left join attempts a on a.id = g.attempt_id
    where g.id in (${personGenerations}) and g.status in ('pending', 'processing')`,
    subjectOf(subject),
  );
}

/** Writes down what is about to be stopped, so that the certificate says so whatever happens. */
export async function noteStopped(db: Db, consentId: string, ids: readonly string[]): Promise<void> {
  await db.query(
    `update consent_erasures set stopped_generations = array(
      select distinct s from unnest(stopped_generations || $2::text[]) s order by s)
    where consent_id = $1`,
    [consentId, ids],
  );
}

/** What was stopped: by the revocation itself, or by whoever was about to go on with it. */
export async function listStopped(db: Db, subject: Subject): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select g.id from generations g, consent_erasures e join consent_revocations v using (consent_id)
    where e.consent_id = $1 and g.status = 'failed' and (g.id = any(e.stopped_generations) or (g.id in (${personGenerations})
      and g.failure_code = 'consent_ended' and g.finished_at >= v.revoked_at))
    order by g.id`,
    subjectOf(subject),
  );
  return rows.map(({ id }) => id);
}

/** Whom references or work of the person were sent to, or may have been. */
export async function listAsked(
  db: Db,
  subject: Subject,
): Promise<{ generationId: string; attemptId: string; engine: string; isParked: boolean }[]> {
  return db.query(
    `select a.generation_id as "generationId", a.id as "attemptId", a.engine,
      coalesce(a.step = 'unknown', false) as "isParked"
    from attempts a where a.generation_id in (${personGenerations}) and a.asked_at is not null
    order by a.generation_id, a.number`,
    subjectOf(subject),
  );
}
