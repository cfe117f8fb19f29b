import type { Db } from './db.ts';
import type { Owner } from './read-generations.ts';

export interface WorkflowRow {
  id: string;
  name: string;
  review: boolean;
  publicId: string | null;
  /** Null where nothing is stored of it. */
  definitionVersion: number | null;
  createdAt: Date;
}

const columns = `w.id, w.name, w.review, w.public_id as "publicId",
  case when w.definition is not null then w.version end as "definitionVersion", w.created_at as "createdAt"`;

/** Undefined unless it is this owner's. */
export async function findWorkflow(db: Db, owner: Owner, name: string): Promise<WorkflowRow | undefined> {
  const [row] = await db.query<WorkflowRow>(
    `select ${columns} from workflows w where account_id = $1 and purse = $2 and name = $3`,
    [owner.accountId, owner.purse, name],
  );
  return row;
}

/** By name, at most `limit`, those after the name `after`. */
export async function listWorkflows(
  db: Db,
  options: { owner: Owner; after: string; limit: number },
): Promise<WorkflowRow[]> {
  const { owner, after, limit } = options;
  return db.query<WorkflowRow>(
    `select ${columns} from workflows w where account_id = $1 and purse = $2 and name > $3 order by name limit $4`,
    [owner.accountId, owner.purse, after, limit],
  );
}

/**
 * What is changed of a workflow that is there; absent members stay. `publicId` is its address if it has none yet. Where
 * it is reviewed from now on, or is not any more, other versions of its records may be shown. Must run in a transaction.
 */
export async function changeWorkflow(
  db: Db,
  owner: Owner,
  name: string,
  change: { review: boolean | undefined; published: boolean | undefined; publicId: string },
): Promise<WorkflowRow> {
  const [before] = await db.query<{ review: boolean }>(
    'select review from workflows where account_id = $1 and purse = $2 and name = $3 for no key update',
    [owner.accountId, owner.purse, name],
  );
  const [row] = await db.query<WorkflowRow>(
    `update workflows w set review = coalesce($4, review),
      public_id = case $5::boolean when true then coalesce(public_id, $6) when false then null else public_id end
    where account_id = $1 and purse = $2 and name = $3 returning ${columns}`,
    [
      owner.accountId,
      owner.purse,
      name,
      change.review ?? null,
      change.published ?? null,
      change.published === undefined ? null : change.publicId,
    ],
  );
  if (row === undefined) throw new Error(`the workflow ${name} is gone`);
  // Each run says it again, and each look reads every record while nothing of the workflow can be completed.
  if (row.review !== before?.review)
    await db.query(
      `select refresh_record(o.account_id, o.purse, o.workflow, o.key, 'review_changed') from (
        select r.* from records r
        where r.account_id = $1 and r.purse = $2 and r.workflow = $3
          and r.live_version is distinct from (select number from live_version(r, $4))
        order by r.key) o`,
      [owner.accountId, owner.purse, name, row.review],
    );
  return row;
}

/** Up to `limit` keys of its records after `after`, in the order of their bytes. */
export async function listKeys(
  db: Db,
  options: { owner: Owner; workflow: string; after: string; limit: number },
): Promise<string[]> {
  const { owner, workflow, after, limit } = options;
  const rows = await db.query<{ key: string }>(
    `select key from records where account_id = $1 and purse = $2 and workflow = $3 and key > $4
    order by key limit $5`,
    [owner.accountId, owner.purse, workflow, after, limit],
  );
  return rows.map(({ key }) => key);
}
