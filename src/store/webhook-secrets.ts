import { randomBytes } from 'node:crypto';
import type { Db } from './db.ts';
import type { Owner } from './read-generations.ts';

/** How many signatures a webhook carries at most, while secrets are exchanged. */
const mostSecrets = 4;

/** As Standard Webhooks writes one: `whsec_` and 32 random bytes. */
const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;

/**
 * What signs the webhooks of an endpoint, or, without one, those of single generations and of alerts: the current
 * secret and those that it has replaced not long ago, newest first.
 */
export async function signingSecrets(
  db: Db,
  owner: Owner,
  endpointId: string | undefined,
): Promise<string[]> {
  const secrets = await findSecrets(db, owner, endpointId);
  if (secrets.length > 0 || endpointId !== undefined) return secrets;
  await db.query(
    `insert into webhook_secrets (account_id, purse, secret) values ($1, $2, $3) on conflict do nothing`,
    [owner.accountId, owner.purse, newSecret()],
  );
  return findSecrets(db, owner, undefined);
}

async function findSecrets(db: Db, owner: Owner, endpointId: string | undefined): Promise<string[]> {
  const rows = await db.query<{ secret: string }>(
    `select secret from webhook_secrets
    where account_id = $1 and purse = $2 and coalesce(endpoint_id, '') = $3
      and (expires_at is null or expires_at > kinora_now())
    order by id desc limit $4`,
    [owner.accountId, owner.purse, endpointId ?? '', mostSecrets],
  );
  return rows.map(({ secret }) => secret);
}

/** The secret of the account itself, made on first use. */
export async function accountSecret(db: Db, owner: Owner): Promise<string> {
  const [secret] = await signingSecrets(db, owner, undefined);
  if (secret === undefined) throw new Error('the secret of the account was not made');
  return secret;
}

/** The first secret of a new endpoint. */
export async function insertSecret(db: Db, owner: Owner, endpointId: string | undefined): Promise<string> {
  const secret = newSecret();
  await db.query(
    'insert into webhook_secrets (account_id, purse, endpoint_id, secret) values ($1, $2, $3, $4)',
    [owner.accountId, owner.purse, endpointId ?? null, secret],
  );
  return secret;
}

/**
 * Replaces the secret; the one before signs beside the new one for `overlapSeconds` more. Must run in a transaction
 * that has locked the account or the endpoint.
 */
export async function rotateSecret(
  db: Db,
  options: { owner: Owner; endpointId: string | undefined; overlapSeconds: number },
): Promise<{ secret: string; previousExpiresAt: Date | null }> {
  const { owner, endpointId, overlapSeconds } = options;
  const [previous] = await db.query<{ expiresAt: Date }>(
    `update webhook_secrets set expires_at = kinora_now() + make_interval(secs => $4)
    where account_id = $1 and purse = $2 and coalesce(endpoint_id, '') = $3 and expires_at is null
    returning expires_at as "expiresAt"`,
    [owner.accountId, owner.purse, endpointId ?? '', overlapSeconds],
  );
  const secret = await insertSecret(db, owner, endpointId);
  await db.query(
    `delete from webhook_secrets where account_id = $1 and purse = $2 and coalesce(endpoint_id, '') = $3
      and expires_at <= kinora_now()`,
    [owner.accountId, owner.purse, endpointId ?? ''],
  );
  return { secret, previousExpiresAt: previous?.expiresAt ?? null };
}
