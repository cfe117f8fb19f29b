import type { JsonObject } from '../domain/json.ts';
import type { MediaFacts, MediaKind } from '../domain/media-facts.ts';
import { holdOffErasures, isConsentRevoked } from './consent-gates.ts';
import type { Db, Store } from './db.ts';
import { newId } from './new-id.ts';

/** An account's handle on bytes. Two accounts with the same bytes have two files and know nothing of each other. */
export interface FileRow {
  id: string;
  accountId: string;
  sha256: string;
  name: string | null;
  sizeBytes: number;
  facts: MediaFacts;
  /** Whatever its owner has noted on it. */
  metadata: JsonObject;
  /** Of the person that it shows; null: of nobody. */
  consentId: string | null;
  createdAt: Date;
}

const columns = `f.id, f.account_id as "accountId", f.sha256, f.name, b.size_bytes as "sizeBytes", b.facts, f.metadata,
  f.consent_id as "consentId",
  f.created_at as "createdAt"`;

/**
 * Makes a file on a blob. `keepBytes` is called while nobody can be removing the same blob; it must put the bytes in
 * place if they are missing.
 */
export async function insertFile(
  store: Store,
  file: NewFile,
  keepBytes: () => Promise<void>,
): Promise<FileRow> {
  return store.transaction((db) => insertFileIn(db, file, keepBytes));
}

/**
 * The same for a video or poster that a generation has made. Undefined, and nothing kept, where a person in it has revoked
 * the consent: whoever deletes what is there for that finds it, or it is not kept.
 */
export async function insertOutput(
  store: Store,
  file: NewFile & { generationId: string },
  keepBytes: () => Promise<void>,
): Promise<FileRow | undefined> {
  return store.transaction(async (db) => {
    await holdOffErasures(db, file.accountId);
    if (await isConsentRevoked(db, file.generationId)) return undefined;
    return insertFileIn(db, file, keepBytes);
  });
}

export interface NewFile {
  accountId: string;
  sha256: string;
  sizeBytes: number;
  facts: MediaFacts;
  name: string | undefined;
  /** Where it was settled before; a file that has it already is answered as it is. */
  id?: string | undefined;
  metadata?: JsonObject | undefined;
  /** What it was uploaded with, unless a key. */
  uploadTokenId?: string | undefined;
  /** Of the person that it shows. */
  consentId?: string | undefined;
  /** What it was made by, where it is a video or a poster of ours. */
  generationId?: string | undefined;
}

/** The same in a transaction of the caller, who makes several in the order of their hashes: they lock each other out. */
export async function insertFileIn(db: Db, file: NewFile, keepBytes: () => Promise<void>): Promise<FileRow> {
  await lockBlob(db, file.sha256);
  await keepBytes();
  await db.query('insert into blobs (sha256, size_bytes, facts) values ($1, $2, $3) on conflict do nothing', [
    file.sha256,
    file.sizeBytes,
    JSON.stringify(file.facts),
  ]);
  const { id = newId('file'), metadata = {} } = file;
  const [row] = await db.query<FileRow>(
    `with f as (
      insert into files (id, account_id, sha256, name, metadata, upload_token_id, consent_id, generation_id)
      values ($1, $2, $3, $4, $5, $6, $7, $8)
      on conflict (id) do nothing returning *
    )
    select ${columns} from f join blobs b using (sha256)`,
    [
      id,
      file.accountId,
      file.sha256,
      file.name ?? null,
      JSON.stringify(metadata),
      file.uploadTokenId ?? null,
      file.consentId ?? null,
      file.generationId ?? null,
    ],
  );
  const stored = row ?? (await findFile(db, file.accountId, id));
  if (stored === undefined) throw new Error('the file was not stored');
  return stored;
}

/** An account's oldest file of these bytes. */
export async function findFileOfBytes(
  db: Db,
  accountId: string,
  sha256: string,
): Promise<FileRow | undefined> {
  const [row] = await db.query<FileRow>(
    `select ${columns} from files f join blobs b using (sha256) where f.account_id = $1 and f.sha256 = $2
    order by f.created_at, f.id limit 1`,
    [accountId, sha256],
  );
  return row;
}

/** Of each content, an account's oldest file; in no particular order, without those it does not have. */
export async function findFilesOfBytes(
  db: Db,
  accountId: string,
  sha256s: readonly string[],
): Promise<{ sha256: string; id: string }[]> {
  return db.query(
    `select distinct on (sha256) sha256, id from files where account_id = $1 and sha256 = any($2)
    order by sha256, created_at, id`,
    [accountId, sha256s],
  );
}

/** Undefined unless it is this account's. */
export async function findFile(db: Db, accountId: string, id: string): Promise<FileRow | undefined> {
  const [row] = await findFiles(db, accountId, [id]);
  return row;
}

/** Those of the ids that are this account's, in no particular order. */
export async function findFiles(db: Db, accountId: string, ids: readonly string[]): Promise<FileRow[]> {
  return db.query<FileRow>(
    `select ${columns} from files f join blobs b using (sha256) where f.account_id = $1 and f.id = any($2)`,
    [accountId, ids],
  );
}

/** For signed links only: whoever holds one may read the file, whatever the account. */
export async function findLinkedFile(db: Db, id: string): Promise<FileRow | undefined> {
  const [row] = await db.query<FileRow>(
    `select ${columns} from files f join blobs b using (sha256) where f.id = $1`,
    [id],
  );
  return row;
}

/** That a reference was named with, or of the person whose very bytes it is. */
const consentOfReference =
  'coalesce(r.consent_id, revoked_bytes(g.account_id, g.purse, r.sha256, r.file_id))';

/**
 * For signed links only, as above: a reference of a generation, also after its owner has deleted the
 * file, unless its person has revoked the consent.
 */
export async function findLinkedReference(
  db: Db,
  reference: { generationId: string; kind: MediaKind; position: number },
): Promise<FileRow | undefined> {
  const { generationId, kind, position } = reference;
  const [row] = await db.query<FileRow>(
    `select r.file_id as id, g.account_id as "accountId", r.sha256, null as name, b.size_bytes as "sizeBytes", b.facts,
      '{}'::jsonb as metadata, r.consent_id as "consentId", g.created_at as "createdAt"
    from generation_references r join generations g on g.id = r.generation_id join blobs b using (sha256)
    where r.generation_id = $1 and r.kind = $2 and r.position = $3
      and not exists (select from consent_revocations v where v.consent_id = ${consentOfReference})`,
    [generationId, kind, position],
  );
  return row;
}

/** By whose revocation, and when, such a reference is not served any more; undefined if by none. */
export async function findRevocation(
  db: Db,
  { generationId, kind, position }: { generationId: string; kind: MediaKind; position: number },
): Promise<{ consentId: string; goneAt: Date } | undefined> {
  const [row] = await db.query<{ consentId: string; goneAt: Date }>(
    `select v.consent_id as "consentId", v.revoked_at as "goneAt"
    from generation_references r join generations g on g.id = r.generation_id
    join consent_revocations v on v.consent_id = ${consentOfReference}
    where r.generation_id = $1 and r.kind = $2 and r.position = $3`,
    [generationId, kind, position],
  );
  return row;
}

/** What is known of bytes that some account has stored before; undefined if nobody has. */
export async function findBlobFacts(db: Db, sha256: string): Promise<MediaFacts | undefined> {
  const [row] = await db.query<{ facts: MediaFacts }>('select facts from blobs where sha256 = $1', [sha256]);
  return row?.facts;
}

/** Takes the handle away; the bytes stay as long as anybody else needs them. False if the account has no such file. */
export async function deleteFile(db: Db, accountId: string, id: string): Promise<boolean> {
  const rows = await db.query('delete from files where account_id = $1 and id = $2 returning id', [
    accountId,
    id,
  ]);
  return rows.length === 1;
}

/** Takes away those files of an attempt that its generation does not show. */
export async function deleteUnusedOutput(
  db: Db,
  generationId: string,
  fileIds: readonly string[],
): Promise<void> {
  await db.query(
    `delete from files f where f.id = any($2) and not exists (
      select from generations g where g.id = $1 and f.id in (g.output_file_id, g.poster_file_id))
    and not exists (
      select from attempts a where a.generation_id = $1 and f.id in (a.late_output_file_id, a.late_poster_file_id))`,
    [generationId, fileIds],
  );
}

/** Removes up to `limit` blobs that nothing points at; `removeBytes` is called while nobody can be storing them anew. */
export async function sweepBlobs(
  store: Store,
  limit: number,
  removeBytes: (sha256: string) => Promise<void>,
): Promise<number> {
  const candidates = await store.query<{ sha256: string }>(
    `select b.sha256 from blobs b where ${unused} limit $1`,
    [limit],
  );
  let swept = 0;
  for (const { sha256 } of candidates) if (await sweepBlob(store, sha256, removeBytes)) swept += 1;
  return swept;
}

const unused = `not exists (select from files f where f.sha256 = b.sha256)
  and not exists (select from generation_references r where r.sha256 = b.sha256)`;

/** Removes one blob, if nothing points at it. False if something does, or there is none. */
async function sweepBlob(
  store: Store,
  sha256: string,
  removeBytes: (sha256: string) => Promise<void>,
): Promise<boolean> {
  return store.transaction(async (db) => {
    await lockBlob(db, sha256);
    const gone = await db.query(`delete from blobs b where b.sha256 = $1 and ${unused} returning b.sha256`, [
      sha256,
    ]);
    if (gone.length === 0) return false;
    await removeBytes(sha256);
    return true;
  });
}

/**
 * Makes sure that bytes are gone unless something still points at them. False if something does. Bytes that no blob
 * names, which a crash may have left, are removed too.
 */
export async function removeBytesFor(
  store: Store,
  sha256: string,
  removeBytes: (sha256: string) => Promise<void>,
): Promise<boolean> {
  return store.transaction(async (db) => {
    await lockBlob(db, sha256);
    await db.query(`delete from blobs b where b.sha256 = $1 and ${unused}`, [sha256]);
    const left = await db.query('select from blobs where sha256 = $1', [sha256]);
    if (left.length > 0) return false;
    await removeBytes(sha256);
    return true;
  });
}

/** Held to the end of the transaction: storing and sweeping one blob exclude each other. */
async function lockBlob(db: Db, sha256: string): Promise<void> {
  await db.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [sha256]);
}
