import type { Db, Store } from './db.ts';
import {
  isLive,
  personGenerations,
  personReferences,
  photos,
  type Subject,
  subjectOf,
} from './person-sql.ts';

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
      where g.id in (${personGenerations}) and (g.status in ('complete', 'failed') or a.step = 'unknown')`;
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
