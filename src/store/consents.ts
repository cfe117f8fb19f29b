import type { ConsentChannel, ConsentScope, ConsentState } from '../domain/consent.ts';
import { writeAudit } from './audit.ts';
import type { Db, Store } from './db.ts';
import { insertAccountEvent } from './events.ts';
import { newId } from './new-id.ts';
import type { Owner } from './read-generations.ts';

export interface ConsentRow extends Owner {
  id: string;
  state: ConsentState;
  person: string;
  textVersion: string;
  textSha256: string;
  scope: ConsentScope;
  channel: ConsentChannel;
  givenAt: Date;
  expiresAt: Date | null;
  evidenceSha256: string | null;
  evidenceFileId: string | null;
  /** The key that recorded it, or the link whose page it was given on. */
  recordedBy: string;
  /** The files that stand for this person now, oldest first. */
  fileIds: string[];
  createdAt: Date;
  revocation: {
    at: string;
    by: string;
    reason: string | null;
    erasedAt: string | null;
    certificateId: string | null;
  } | null;
}

export interface NewConsentRow extends Owner {
  person: string;
  textVersion: string;
  textSha256: string;
  agreedText: string | undefined;
  scope: ConsentScope;
  channel: ConsentChannel;
  /** Absent: now, by the clock of the database. */
  givenAt: Date | undefined;
  expiresAt: Date | undefined;
  evidenceSha256: string | undefined;
  evidenceFileId: string | undefined;
  recordedBy: string;
}

const state = `case when v.consent_id is not null then 'revoked' when c.expires_at <= kinora_now() then 'expired'
  else 'valid' end`;

const columns = `c.id, c.account_id as "accountId", c.purse, ${state} as state, c.person,
  c.text_version as "textVersion", c.text_sha256 as "textSha256",
  jsonb_build_object('purposes', c.purposes, 'engines', c.engines, 'workflows', c.workflows) as scope,
  c.channel, c.given_at as "givenAt", c.expires_at as "expiresAt", c.evidence_sha256 as "evidenceSha256",
  c.evidence_file_id as "evidenceFileId", c.recorded_by as "recordedBy", c.created_at as "createdAt",
  array(select f.id from files f where f.consent_id = c.id order by f.created_at, f.id) as "fileIds",
  case when v.consent_id is not null then jsonb_build_object('at', v.revoked_at, 'by', v.revoked_by,
    'reason', v.reason, 'erasedAt', e.finished_at, 'certificateId', e.certificate_id) end as revocation`;

const tables = `consents c left join consent_revocations v on v.consent_id = c.id
  left join consent_erasures e on e.consent_id = c.id`;

/** Writes a consent down, in the transaction of what comes with it. The account is told by `tellConsent`, once that is there. */
export async function insertConsent(db: Db, consent: NewConsentRow): Promise<string> {
  const id = newId('con');
  await db.query(
    `insert into consents (id, account_id, purse, person, text_version, text_sha256, agreed_text, purposes, engines,
      workflows, channel, given_at, expires_at, evidence_sha256, evidence_file_id, recorded_by)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, coalesce($12, kinora_now()), $13, $14, $15, $16)`,
    [
      id,
      consent.accountId,
      consent.purse,
      consent.person,
      consent.textVersion,
      consent.textSha256,
      consent.agreedText ?? null,
      consent.scope.purposes,
      consent.scope.engines,
      consent.scope.workflows,
      consent.channel,
      consent.givenAt ?? null,
      consent.expiresAt ?? null,
      consent.evidenceSha256 ?? null,
      consent.evidenceFileId ?? null,
      consent.recordedBy,
    ],
  );
  return id;
}

/** Tells of a consent and its photos, in the transaction that wrote it. */
export async function tellConsent(db: Db, owner: Owner, id: string): Promise<ConsentRow> {
  const consent = await findConsent(db, owner, id);
  if (consent === undefined) throw new Error(`the consent ${id} was not written`);
  await insertAccountEvent(db, {
    accountId: owner.accountId,
    type: 'consent.given',
    data: {
      purse: owner.purse,
      consent_id: id,
      person: consent.person,
      text_version: consent.textVersion,
      channel: consent.channel,
      files: consent.fileIds,
      recorded_by: consent.recordedBy,
    },
  });
  return consent;
}

/** Undefined unless it is this owner's. */
export async function findConsent(db: Db, owner: Owner, id: string): Promise<ConsentRow | undefined> {
  const [row] = await findConsents(db, owner, [id]);
  return row;
}

/** Those of the ids that are this owner's, in no particular order. */
export async function findConsents(db: Db, owner: Owner, ids: readonly string[]): Promise<ConsentRow[]> {
  return db.query<ConsentRow>(
    `select ${columns} from ${tables} where c.id = any($1) and c.account_id = $2 and c.purse = $3`,
    [ids, owner.accountId, owner.purse],
  );
}

/** Newest first, those older than the consent `after`. */
export async function listConsents(
  db: Db,
  options: {
    owner: Owner;
    person: string | undefined;
    state: ConsentState | undefined;
    after: string | undefined;
    limit: number;
  },
): Promise<ConsentRow[]> {
  const { owner, person, state: wanted, after, limit } = options;
  return db.query<ConsentRow>(
    `select ${columns} from ${tables}
    where c.account_id = $1 and c.purse = $2
      and ($3::text is null or c.person = $3)
      and ($4::text is null or ${state} = $4)
      and ($5::text is null or (c.created_at, c.id) <
        (select o.created_at, o.id from consents o where o.id = $5 and o.account_id = $1 and o.purse = $2))
    order by c.created_at desc, c.id desc limit $6`,
    [owner.accountId, owner.purse, person ?? null, wanted ?? null, after ?? null, limit],
  );
}

/**
 * Takes a consent back, once and for all: from the commit on nothing is accepted, begun or completed with it. Waits for
 * whoever is just completing something with it. What is there already is deleted by `eraseConsent`. Revoking twice keeps
 * the first time. Undefined if it is not this owner's.
 */
export async function revokeConsent(
  store: Store,
  owner: Owner,
  id: string,
  by: { actor: string; reason: string | undefined },
): Promise<{ isNew: boolean } | undefined> {
  return store.transaction(async (db) => {
    const [consent] = await db.query<{ person: string }>(
      'select person from consents where id = $1 and account_id = $2 and purse = $3 for update',
      [id, owner.accountId, owner.purse],
    );
    if (consent === undefined) return undefined;
    const made = await db.query(
      `insert into consent_revocations (consent_id, reason, revoked_by) values ($1, $2, $3)
      on conflict do nothing returning consent_id`,
      [id, by.reason ?? null, by.actor],
    );
    if (made.length === 0) return { isNew: false };
    await db.query('insert into consent_erasures (consent_id) values ($1)', [id]);
    await insertAccountEvent(db, {
      accountId: owner.accountId,
      type: 'consent.revoked',
      data: { purse: owner.purse, consent_id: id, person: consent.person, reason: by.reason ?? null },
    });
    await writeAudit(db, {
      accountId: owner.accountId,
      actor: by.actor,
      action: 'consent.revoked',
      target: id,
      details: by.reason === undefined ? {} : { reason: by.reason },
    });
    return { isNew: true };
  });
}
