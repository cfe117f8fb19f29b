import type { Purse } from '../domain/credits.ts';
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
