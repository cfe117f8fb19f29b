import { createHash, randomBytes } from 'node:crypto';
import type { ConsentScope } from '../domain/consent.ts';
import type { Db } from './db.ts';
import { newId } from './new-id.ts';
import type { Owner } from './read-generations.ts';

export interface ConsentLinkRow extends Owner {
  id: string;
  person: string;
  textVersion: string;
  agreedText: string;
  scope: ConsentScope;
  requester: string;
  language: 'en' | 'de';
  minPhotos: number;
  maxPhotos: number;
  validDays: number | null;
  returnUrl: string | null;
  createdAt: Date;
  expiresAt: Date;
  /** Given on its page. */
  consentId: string | null;
}

/** A form that comes to nothing may be sent again, so many times in all. */
const mostTries = 20;

const keptAfterwards = '7 days';
const forgottenAtOnce = 100;

const columns = `l.id, l.account_id as "accountId", l.purse, l.person, l.text_version as "textVersion",
  l.agreed_text as "agreedText",
  jsonb_build_object('purposes', l.purposes, 'engines', l.engines, 'workflows', l.workflows) as scope,
  l.requester, l.language, l.min_photos as "minPhotos", l.max_photos as "maxPhotos", l.valid_days as "validDays",
  l.return_url as "returnUrl", l.created_at as "createdAt", l.expires_at as "expiresAt", l.consent_id as "consentId"`;

/**
 * The secret is returned this once; only its hash is kept. Links of this account that ended unused long ago are
 * forgotten.
 */
export async function createConsentLink(
  db: Db,
  link: Owner &
    Pick<
      ConsentLinkRow,
      | 'person'
      | 'textVersion'
      | 'agreedText'
      | 'scope'
      | 'requester'
      | 'language'
      | 'minPhotos'
      | 'maxPhotos'
      | 'validDays'
      | 'returnUrl'
    > & { keyId: string; expiresInSeconds: number },
): Promise<{ link: ConsentLinkRow; secret: string }> {
  await db.query(
    `delete from consent_links where id in (
      select id from consent_links where account_id = $1 and expires_at < now() - $2::interval and consent_id is null
      order by expires_at limit $3 for update skip locked)`,
    [link.accountId, keptAfterwards, forgottenAtOnce],
  );
  const secret = randomBytes(32).toString('base64url');
  const [created] = await db.query<ConsentLinkRow>(
    `insert into consent_links as l (id, account_id, purse, key_id, secret_hash, person, text_version, agreed_text,
      purposes, engines, workflows, requester, language, min_photos, max_photos, valid_days, return_url, expires_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
      now() + make_interval(secs => $18))
    returning ${columns}`,
    [
      newId('clk'),
      link.accountId,
      link.purse,
      link.keyId,
      hash(secret),
      link.person,
      link.textVersion,
      link.agreedText,
      link.scope.purposes,
      link.scope.engines,
      link.scope.workflows,
      link.requester,
      link.language,
      link.minPhotos,
      link.maxPhotos,
      link.validDays,
      link.returnUrl,
      link.expiresInSeconds,
    ],
  );
  if (created === undefined) throw new Error('the consent link was not created');
  return { link: created, secret };
}

/** A link of this owner, and the photos that came through it. */
export async function findConsentLink(
  db: Db,
  owner: Owner,
  id: string,
): Promise<{ link: ConsentLinkRow; fileIds: string[] } | undefined> {
  const [link] = await db.query<ConsentLinkRow>(
    `select ${columns} from consent_links l where l.id = $1 and l.account_id = $2 and l.purse = $3`,
    [id, owner.accountId, owner.purse],
  );
  if (link === undefined) return undefined;
  const files = await db.query<{ id: string }>(
    'select id from files where consent_id = $1 order by created_at, id',
    [link.consentId],
  );
  return { link, fileIds: files.map((file) => file.id) };
}

/** How a page stands: `open` takes a form. */
export type LinkState = 'open' | 'used' | 'ended' | 'worn_out';

/** The link with this secret; undefined for none, and once its key is revoked. */
export async function findConsentLinkBySecret(
  db: Db,
  secret: string,
): Promise<(ConsentLinkRow & { state: LinkState }) | undefined> {
  const [link] = await db.query<ConsentLinkRow & { state: LinkState }>(
    `select ${columns}, ${stateSql} as state from consent_links l join keys k on k.id = l.key_id
    where l.secret_hash = $1 and (k.revoked_at is null or l.consent_id is not null)`,
    [hash(secret)],
  );
  return link;
}

const stateSql = `case when l.consent_id is not null then 'used' when l.expires_at <= now() then 'ended'
  when l.tries >= ${mostTries} then 'worn_out' else 'open' end`;

/** Counts a form that is sent, before its bytes are received. False if the page takes none any more. */
export async function beginForm(db: Db, id: string): Promise<boolean> {
  const rows = await db.query(
    `update consent_links set tries = tries + 1
    where id = $1 and consent_id is null and expires_at > now() and tries < $2 returning id`,
    [id, mostTries],
  );
  return rows.length === 1;
}

/** Locks a link that nobody has agreed through yet. False if somebody has: two forms were sent at once. */
export async function takeUnusedLink(db: Db, id: string): Promise<boolean> {
  const rows = await db.query('select from consent_links where id = $1 and consent_id is null for update', [
    id,
  ]);
  return rows.length === 1;
}

export async function useLink(db: Db, id: string, consentId: string): Promise<void> {
  await db.query('update consent_links set consent_id = $2, used_at = now() where id = $1', [id, consentId]);
}

const hash = (secret: string) => createHash('sha256').update(secret).digest();
