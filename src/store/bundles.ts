import type { BundleEntry } from '../domain/bundle.ts';
import type { Db, Store } from './db.ts';
import { lockName } from './lock-name.ts';

export interface BundleReferenceRow extends BundleEntry {
  /** Null once the file is gone. */
  fileId: string | null;
  sourceUrl: string | null;
}

/** One version of a bundle; it never changes, but that a file of it may be deleted. */
export interface BundleRow {
  name: string;
  version: number;
  description: string | null;
  hash: string;
  references: BundleReferenceRow[];
  createdAt: Date;
}

const columns = `b.name, b.version, b.description, b.hash, b.created_at as "createdAt",
  (select coalesce(jsonb_agg(jsonb_build_object('kind', r.kind, 'sha256', r.sha256, 'fileId', r.file_id, 'role', r.role,
      'alias', r.alias, 'priority', r.priority, 'sourceUrl', r.source_url) order by r.position), '[]')
    from bundle_references r where (r.account_id, r.name, r.version) = (b.account_id, b.name, b.version)) as references`;

/** The newest version if it has the same hash and all its files, else a new one. `full`: too many names already. */
export async function putBundle(
  store: Store,
  accountId: string,
  bundle: Omit<BundleRow, 'version' | 'createdAt'>,
  { mostNames }: { mostNames: number },
): Promise<{ row: BundleRow; isNew: boolean } | 'full'> {
  const { name, description, hash, references } = bundle;
  return store.transaction(async (db) => {
    await lockName(db, 'bundles', accountId);
    const newest = await findBundle(db, accountId, name);
    if (newest !== undefined && isSame(newest, hash)) return { row: newest, isNew: false };
    if (newest === undefined && (await countNames(db, accountId)) >= mostNames) return 'full';
    const version = (newest?.version ?? 0) + 1;
    await db.query(
      'insert into bundles (account_id, name, version, description, hash) values ($1, $2, $3, $4, $5)',
      [accountId, name, version, description, hash],
    );
    await db.query(
      `insert into bundle_references
        (account_id, name, version, position, kind, file_id, sha256, role, alias, priority, source_url)
      select $1, $2, $3, position, kind, "fileId", sha256, role, alias, priority, "sourceUrl"
      from rows from (jsonb_to_recordset($4::jsonb) as (kind text, "fileId" text, sha256 text, role text, alias text,
        priority integer, "sourceUrl" text)) with ordinality
        as r (kind, "fileId", sha256, role, alias, priority, "sourceUrl", position)`,
      [accountId, name, version, JSON.stringify(references)],
    );
    const row = await findBundle(db, accountId, name, version);
    if (row === undefined) throw new Error('the bundle was not stored');
    return { row, isNew: true };
  });
}

/** Whether a version has these contents, and still has them. */
export const isSame = (row: BundleRow, hash: string) =>
  row.hash === hash && row.references.every(({ fileId }) => fileId !== null);

/** The newest version unless one is named. Undefined if the account has none such. */
export async function findBundle(
  db: Db,
  accountId: string,
  name: string,
  version?: number,
): Promise<BundleRow | undefined> {
  const [row] = await db.query<BundleRow>(
    `select ${columns} from bundles b
    where b.account_id = $1 and b.name = $2 and ($3::integer is null or b.version = $3)
    order by b.version desc limit 1`,
    [accountId, name, version ?? null],
  );
  return row;
}

/** The newest version of each, by name. */
export async function listBundles(
  db: Db,
  accountId: string,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<{ rows: BundleRow[]; next: string | undefined }> {
  const rows = await db.query<BundleRow>(
    `select distinct on (b.name) ${columns} from bundles b
    where b.account_id = $1 and ($2::text is null or b.name > $2) order by b.name, b.version desc limit $3`,
    [accountId, after ?? null, limit + 1],
  );
  return { rows: rows.slice(0, limit), next: rows.length > limit ? rows[limit - 1]?.name : undefined };
}

/** All versions of one, newest first. */
export async function listBundleVersions(
  db: Db,
  accountId: string,
  name: string,
  { before, limit }: { before: number | undefined; limit: number },
): Promise<{ rows: BundleRow[]; next: number | undefined }> {
  const rows = await db.query<BundleRow>(
    `select ${columns} from bundles b
    where b.account_id = $1 and b.name = $2 and ($3::integer is null or b.version < $3)
    order by b.version desc limit $4`,
    [accountId, name, before ?? null, limit + 1],
  );
  return { rows: rows.slice(0, limit), next: rows.length > limit ? rows[limit - 1]?.version : undefined };
}

/** A version that holds a file, if any does: its bytes are then not its owner's to throw away by the way. */
export async function findBundleOfFile(
  db: Db,
  accountId: string,
  fileId: string,
): Promise<{ name: string; version: number } | undefined> {
  const [row] = await db.query<{ name: string; version: number }>(
    `select name, version from bundle_references where account_id = $1 and file_id = $2
    order by name, version desc limit 1`,
    [accountId, fileId],
  );
  return row;
}

async function countNames(db: Db, accountId: string): Promise<number> {
  const [row] = await db.query<{ names: number }>(
    'select count(distinct name)::integer as names from bundles where account_id = $1',
    [accountId],
  );
  return row?.names ?? 0;
}
