import type { Db } from './db.ts';

/** Keeps one part of a file that is coming; sent again, it replaces itself. */
export async function putUploadPart(
  db: Db,
  part: { fileId: string; accountId: string; number: number; sha256: string; bytes: Buffer },
): Promise<void> {
  await db.query(
    `insert into upload_parts (file_id, account_id, number, sha256, bytes) values ($1, $2, $3, $4, $5)
    on conflict (file_id, number) do update set sha256 = excluded.sha256, bytes = excluded.bytes,
      created_at = excluded.created_at`,
    [part.fileId, part.accountId, part.number, part.sha256, part.bytes],
  );
}

/** How many bytes an account has sent in parts: of one file, this part not counted, and of all. */
export async function countUploadedBytes(
  db: Db,
  { accountId, fileId, number }: { accountId: string; fileId: string; number: number },
): Promise<{ ofFile: number; ofAccount: number }> {
  const [row] = await db.query<{ ofFile: number; ofAccount: number }>(
    `select coalesce(sum(octet_length(bytes)) filter (where file_id = $2), 0)::bigint as "ofFile",
      coalesce(sum(octet_length(bytes)), 0)::bigint as "ofAccount"
    from upload_parts where account_id = $1 and not (file_id = $2 and number = $3)`,
    [accountId, fileId, number],
  );
  if (row === undefined) throw new Error('a sum answered nothing');
  return row;
}

/** What has come of a file, in order, without the bytes. */
export async function listUploadParts(
  db: Db,
  fileId: string,
): Promise<{ number: number; sha256: string }[]> {
  return db.query('select number, sha256 from upload_parts where file_id = $1 order by number', [fileId]);
}

export async function readUploadPart(db: Db, fileId: string, number: number): Promise<Buffer | undefined> {
  const [row] = await db.query<{ bytes: Buffer }>(
    'select bytes from upload_parts where file_id = $1 and number = $2',
    [fileId, number],
  );
  return row?.bytes;
}

export async function deleteUploadParts(db: Db, fileId: string): Promise<void> {
  await db.query('delete from upload_parts where file_id = $1', [fileId]);
}

/** Forgets what nobody has completed within two hours; the right to do so lasts for one. */
export async function sweepUploadParts(db: Db): Promise<void> {
  await db.query("delete from upload_parts where created_at < now() - interval '2 hours'");
}
