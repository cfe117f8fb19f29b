import type { Db } from './db.ts';

/** What has come of a file, without its bytes. */
export interface UploadPart {
  number: number;
  sizeBytes: number;
  sha256: string;
}

/**
 * Keeps one part of a file that is coming; sent again, it replaces itself. Without `bytes` only that it came is kept.
 */
export async function putUploadPart(
  db: Db,
  part: UploadPart & { fileId: string; accountId: string; bytes: Buffer | undefined },
): Promise<void> {
  await db.query(
    `insert into upload_parts (file_id, account_id, number, size_bytes, sha256, bytes) values ($1, $2, $3, $4, $5, $6)
    on conflict (file_id, number) do update set size_bytes = excluded.size_bytes, sha256 = excluded.sha256,
      bytes = excluded.bytes, created_at = excluded.created_at`,
    [part.fileId, part.accountId, part.number, part.sizeBytes, part.sha256, part.bytes ?? null],
  );
}

/** Until the end of the transaction, nobody else counts or keeps parts of this account. */
export async function lockUploadParts(db: Db, accountId: string): Promise<void> {
  await db.query(`select pg_advisory_xact_lock(hashtextextended('upload parts ' || $1, 0))`, [accountId]);
}

/** How many bytes of an account are kept in parts: of one file, this part not counted, and of all. */
export async function countUploadedBytes(
  db: Db,
  { accountId, fileId, number }: { accountId: string; fileId: string; number: number },
): Promise<{ ofFile: number; ofAccount: number }> {
  const [row] = await db.query<{ ofFile: number; ofAccount: number }>(
    `select coalesce(sum(size_bytes) filter (where file_id = $2), 0)::bigint as "ofFile",
      coalesce(sum(size_bytes) filter (where bytes is not null), 0)::bigint as "ofAccount"
    from upload_parts where account_id = $1 and not (file_id = $2 and number = $3)`,
    [accountId, fileId, number],
  );
  if (row === undefined) throw new Error('a sum answered nothing');
  return row;
}

export async function listUploadParts(db: Db, fileId: string): Promise<UploadPart[]> {
  return db.query(
    'select number, size_bytes as "sizeBytes", sha256 from upload_parts where file_id = $1 order by number',
    [fileId],
  );
}

export async function readUploadPart(db: Db, fileId: string, number: number): Promise<Buffer | undefined> {
  const [row] = await db.query<{ bytes: Buffer | null }>(
    'select bytes from upload_parts where file_id = $1 and number = $2',
    [fileId, number],
  );
  return row?.bytes ?? undefined;
}

export async function deleteUploadParts(db: Db, fileId: string): Promise<void> {
  await db.query('delete from upload_parts where file_id = $1', [fileId]);
}

/** Forgets what nobody has completed within two hours; the right to do so lasts for one. */
export async function sweepUploadParts(db: Db): Promise<void> {
  await db.query("delete from upload_parts where created_at < now() - interval '2 hours'");
}
