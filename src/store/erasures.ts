import type { Purse } from '../domain/credits.ts';
import type { TombstoneKind } from '../domain/deletion-certificate.ts';
import type { JsonObject } from '../domain/json.ts';
import { writeAudit } from './audit.ts';
import type { Db, Store } from './db.ts';
import { insertAccountEvent } from './events.ts';

/** A revoked consent whose certificate is not written yet, or was. */
export interface Erasure {
  consentId: string;
  accountId: string;
  purse: Purse;
  person: string;
  textVersion: string;
  textSha256: string;
  givenAt: Date;
  /** Null where there is none, or none any more. */
  evidenceFileId: string | null;
  revokedAt: Date;
  revokedBy: string;
  refusedRows: number;
  finishedAt: Date | null;
}

const columns = `e.consent_id as "consentId", c.account_id as "accountId", c.purse, c.person,
  c.text_version as "textVersion", c.text_sha256 as "textSha256", c.given_at as "givenAt",
  (select f.id from files f where f.id = c.evidence_file_id and f.account_id = c.account_id) as "evidenceFileId", v.revoked_at as "revokedAt", v.revoked_by as "revokedBy",
  e.refused_rows as "refusedRows", e.finished_at as "finishedAt"`;

const tables = `consent_erasures e join consents c on c.id = e.consent_id
  join consent_revocations v on v.consent_id = e.consent_id`;

export async function findErasure(db: Db, consentId: string): Promise<Erasure | undefined> {
  const [row] = await db.query<Erasure>(`select ${columns} from ${tables} where e.consent_id = $1`, [
    consentId,
  ]);
  return row;
}

/** Those that are to be worked on now, longest due first. */
export async function findDueErasures(db: Db, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select consent_id as id from consent_erasures where finished_at is null and next_look_at <= now()
    order by next_look_at limit $1`,
    [limit],
  );
  return rows.map(({ id }) => id);
}

export async function lookAgain(db: Db, consentId: string, seconds: number): Promise<void> {
  await db.query(
    `update consent_erasures set next_look_at = now() + make_interval(secs => $2)
    where consent_id = $1 and finished_at is null`,
    [consentId, seconds],
  );
}

/** The bytes of a person: photos that came with the consent $1, or were used with it, and videos that were made of them. */
const photos = `select f.sha256 from files f where f.consent_id = $1
  union select r.sha256 from generation_references r where r.consent_id = $1
  union select t.sha256 from tombstones t where t.consent_id = $1`;

/** A file that is the video or poster of a generation that has nothing to do with the person, though its bytes are the same. */
const madeByOthers = `select from files o where o.id = r.file_id and o.generation_id is not null
  and not exists (select from tombstones t where t.consent_id = $1 and t.generation_id = o.generation_id)`;

/** Whether the consent $1 was given to live keys: one to try things with takes nothing from those. */
const isLive = `(select purse = 'live' from consents where id = $1)`;

/** Of the account $2: references with the consent $1, or with those bytes, without any, and in the mode of the consent. */
const personReferences = `select r.generation_id, r.kind, r.position, r.sha256, r.file_id
  from generation_references r join generations g on g.id = r.generation_id
  where g.account_id = $2 and (r.consent_id = $1 or (r.consent_id is null
    and g.purse = (select purse from consents where id = $1) and r.sha256 in (${photos})
    and not exists (${madeByOthers})))`;

const generations = `select generation_id from (${personReferences}) p
  union select t.generation_id from tombstones t where t.consent_id = $1 and t.generation_id is not null`;

type Subject = Pick<Erasure, 'consentId' | 'accountId'>;

const subjectOf = ({ consentId, accountId }: Subject) => [consentId, accountId];

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
    where g.id in (${generations}) and g.status in ('pending', 'processing')`,
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

/** A text that begins with `data:`, not one that quotes such a word. */
const withoutData = (json: string) =>
  `regexp_replace(${json}::text, '(?<!\\\\)"data:([^"\\\\]|\\\\.)*"', '"data:,"', 'gi')::jsonb`;

/**
 * Refuses the rows of batches that name the consent or a file of the person and have not begun, and takes the pictures
 * out of those that hold some in themselves.
 */
export async function refuseRows(store: Store, subject: Subject, problem: JsonObject): Promise<void> {
  await store.transaction(async (db) => {
    // Locked in the order of their numbers, as whoever feeds a batch does.
    const refused = await db.query(
      `with named as (
        select b.account_id, b.purse, b.batch_id, b.number from batch_rows b
        where b.account_id = $2 and b.state in ('waiting', 'waiting_budget') and exists (
          select from (select $1 as name union select id from files where consent_id = $1
            union select name from tombstones where consent_id = $1) n
          where position(n.name in b.request::text || coalesce(b.snapshots::text, '')) > 0)
        order by b.purse, b.batch_id, b.number for update of b
      )
      update batch_rows b set state = 'refused', reason = $3, snapshots = null, request = ${withoutData('b.request')}
      from named n
      where b.account_id = n.account_id and b.purse = n.purse and b.batch_id = n.batch_id and b.number = n.number
      returning b.number`,
      [...subjectOf(subject), JSON.stringify(problem)],
    );
    await db.query(
      `with named as (
        select b.account_id, b.purse, b.batch_id, b.number from batch_rows b
        where b.account_id = $2 and b.request::text ilike '%"data:%'
          and (b.generation_id in (${generations}) or position($1 in b.request::text) > 0)
        order by b.purse, b.batch_id, b.number for update of b
      )
      update batch_rows b set request = ${withoutData('b.request')} from named n
      where b.account_id = n.account_id and b.purse = n.purse and b.batch_id = n.batch_id and b.number = n.number`,
      subjectOf(subject),
    );
    if (refused.length > 0)
      await db.query('update consent_erasures set refused_rows = refused_rows + $2 where consent_id = $1', [
        subject.consentId,
        refused.length,
      ]);
  });
}

/**
 * Takes away every photo of the person, what was made of them and has ended, and what was made of that, however often:
 * each leaves a tombstone under its name. The bytes go afterwards.
 */
export async function eraseFiles(store: Store, subject: Subject): Promise<void> {
  // What was made from a video is found by what is known of the video, so a step at a time.
  while (await eraseStep(store, subject));
}

/** One step, in one transaction. Whether it has found anything. */
async function eraseStep(store: Store, subject: Subject): Promise<boolean> {
  const values = subjectOf(subject);
  return store.transaction(async (db) => {
    await db.query('select begin_erasure($1)', [subject.accountId]);
    const count = async () => {
      const [row] = await db.query<{ n: number }>(
        'select count(*)::int as n from tombstones where consent_id = $1',
        [subject.consentId],
      );
      return row?.n ?? 0;
    };
    const before = await count();
    await db.query(
      `insert into tombstones (name, account_id, consent_id, what, sha256)
      select f.id, f.account_id, $1,
        case b.facts->>'kind' when 'image' then 'photo' when 'video' then 'clip' else 'voice' end, f.sha256
      from files f join blobs b using (sha256)
      where f.account_id = $2 and (f.consent_id = $1 or (${isLive} and (
        (f.consent_id is null and f.generation_id is null and f.sha256 in (${photos}))
        or f.id in (select r.file_id from generation_references r where r.consent_id = $1))))
      on conflict do nothing`,
      values,
    );
    // With those that nobody asks about any more: whatever comes of them is dropped.
    const ended = `select g.id from generations g left join attempts a on a.id = g.attempt_id
      where g.id in (${generations}) and (g.status in ('complete', 'failed') or a.step = 'unknown')`;
    // Locked first, as everybody does who changes a generation and its attempts.
    await db.query(`select from generations where id in (${ended}) order by id for no key update`, values);
    await lockRecords(db, ended, values);
    await db.query(
      `insert into tombstones (name, account_id, consent_id, what, sha256, generation_id)
      select m.name, $2, $1, m.what, coalesce(f.sha256, t.sha256), m.id
      from (
        select g.id, s.name, s.what from generations g
        cross join lateral (values (g.output_file_id, 'video'), (g.poster_file_id, 'poster')) s (name, what)
        where g.id in (${ended})
        union all
        select a.generation_id, s.name, s.what from attempts a
        cross join lateral (values (a.late_output_file_id, 'late_video'), (a.late_poster_file_id, 'late_poster')) s (name, what)
        where a.generation_id in (${ended})
        union all
        -- Kept, and then nobody was left to show it.
        select o.generation_id, o.id, case b.facts->>'kind' when 'image' then 'poster' else 'video' end
        from files o join blobs b using (sha256) where o.generation_id in (${ended})
      ) m
      left join files f on f.id = m.name
      left join lateral (select o.sha256 from tombstones o where o.name = m.name limit 1) t on true
      where m.name is not null and coalesce(f.sha256, t.sha256) is not null
      on conflict do nothing`,
      values,
    );
    await db.query(
      `insert into tombstones (name, account_id, consent_id, what, sha256, generation_id)
      select p.generation_id || '-' || p.kind || '-' || p.position, $2, $1, 'link', p.sha256, p.generation_id
      from (${personReferences}) p where p.generation_id in (${ended})
      on conflict do nothing`,
      values,
    );
    await db.query(
      `update generations set deleted_at = coalesce(deleted_at, kinora_now()) where id in (${ended}) and deleted_at is null
        and finished_at is not null`,
      values,
    );
    await db.query(
      `update attempts set late_output_file_id = null, late_poster_file_id = null
      where generation_id in (${ended}) and late_output_file_id is not null`,
      values,
    );
    await db.query(
      'delete from files f using tombstones t where t.consent_id = $1 and f.id = t.name and f.account_id = $2',
      values,
    );
    await db.query(
      `delete from generation_references r using tombstones t
      where t.consent_id = $1 and t.what = 'link' and t.account_id = $2 and r.generation_id = t.generation_id
        and t.name = r.generation_id || '-' || r.kind || '-' || r.position`,
      values,
    );
    return (await count()) > before;
  });
}

/** What is shown of their records changes when generations are deleted: in one order for everybody, the workflows first. */
async function lockRecords(db: Db, generations_: string, values: unknown[]): Promise<void> {
  const versions = `select v.account_id, v.purse, v.workflow, v.key from batch_rows b
    join record_versions v on v.account_id = b.account_id and v.purse = b.purse and v.batch_id = b.batch_id
      and v.row_number = b.number
    where b.generation_id in (${generations_})`;
  await db.query(
    `select from workflows w where (w.account_id, w.purse, w.name) in
      (select v.account_id, v.purse, v.workflow from (${versions}) v)
    order by w.purse, w.name for share`,
    values,
  );
  await db.query(
    `select from records r where (r.account_id, r.purse, r.workflow, r.key) in
      (select v.account_id, v.purse, v.workflow, v.key from (${versions}) v)
    order by r.purse, r.workflow, r.key for no key update`,
    values,
  );
}

/** The bytes that are still to be removed, and whether they show the person: then engines forget them too. */
export async function findBytes(
  db: Db,
  { consentId }: Subject,
): Promise<{ sha256: string; isGiven: boolean }[]> {
  return db.query(
    `select sha256, bool_or(what in ('photo', 'clip', 'voice', 'link')) as "isGiven" from tombstones
    where consent_id = $1 and bytes_gone_at is null group by sha256 order by sha256`,
    [consentId],
  );
}

export async function noteBytesGone(db: Db, { accountId }: Subject, sha256: string): Promise<void> {
  await db.query(
    'update tombstones set bytes_gone_at = kinora_now() where account_id = $1 and sha256 = $2 and bytes_gone_at is null',
    [accountId, sha256],
  );
}

export interface ErasedThing {
  name: string;
  what: TombstoneKind;
  sha256: string;
  generationId: string | null;
  goneAt: Date;
  bytesGoneAt: Date | null;
}

export async function listErased(db: Db, consentId: string): Promise<ErasedThing[]> {
  return db.query<ErasedThing>(
    `select name, what, sha256, generation_id as "generationId", gone_at as "goneAt", bytes_gone_at as "bytesGoneAt"
    from tombstones where consent_id = $1 order by gone_at, name`,
    [consentId],
  );
}

/** What was stopped: by the revocation itself, or by whoever was about to go on with it. */
export async function listStopped(db: Db, subject: Subject): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select g.id from generations g, consent_erasures e join consent_revocations v using (consent_id)
    where e.consent_id = $1 and g.status = 'failed' and (g.id = any(e.stopped_generations) or (g.id in (${generations})
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
    from attempts a where a.generation_id in (${generations}) and a.asked_at is not null
    order by a.generation_id, a.number`,
    subjectOf(subject),
  );
}

/** Keeps the certificate and tells that it is there, once. False if somebody else has. */
export async function finishErasure(
  store: Store,
  erasure: Erasure,
  { id, certificate, finishedAt }: { id: string; certificate: JsonObject; finishedAt: Date },
): Promise<boolean> {
  const { consentId, accountId, purse, person } = erasure;
  return store.transaction(async (db) => {
    const made = await db.query(
      `update consent_erasures set certificate = $2, certificate_id = $3, finished_at = $4
      where consent_id = $1 and finished_at is null returning consent_id`,
      [consentId, JSON.stringify(certificate), id, finishedAt],
    );
    if (made.length === 0) return false;
    await insertAccountEvent(db, {
      accountId,
      type: 'consent.erased',
      data: { purse, consent_id: consentId, person, certificate_id: id },
    });
    await writeAudit(db, {
      accountId,
      actor: 'system',
      action: 'consent.erased',
      target: consentId,
      details: { certificate_id: id },
    });
    return true;
  });
}

/** As it was signed; undefined while it is not there. */
export async function readCertificate(db: Db, consentId: string): Promise<JsonObject | undefined> {
  const [row] = await db.query<{ certificate: JsonObject | null }>(
    'select certificate from consent_erasures where consent_id = $1',
    [consentId],
  );
  return row?.certificate ?? undefined;
}
