import type { Context } from 'hono';
import type { Purse } from '../domain/credits.ts';
import { AppError } from '../domain/errors.ts';
import { findAccount } from '../store/accounts.ts';
import type { Db } from '../store/db.ts';
import type { Owner } from '../store/read-generations.ts';
import { signedIn } from './auth.ts';
import type { Env } from './env.ts';

/** Whose credits a call is about, and who makes it, for the audit log. */
export interface Managed {
  owner: Owner;
  /** `operator`, or the id of a key. */
  actor: string;
}

/**
 * A key manages the purse it spends from, and says nothing else; the operator names any account, and `live` unless it
 * says `test`.
 */
export async function managedPurse(
  c: Context<Env>,
  db: Db,
  wanted: { account_id?: string | undefined; purse?: Purse | undefined },
): Promise<Managed> {
  const identity = signedIn(c);
  if (identity.is === 'operator') {
    const { account_id: accountId, purse = 'live' } = wanted;
    if (accountId === undefined)
      throw refused('/account_id', 'With the operator key, account_id must say whose it is.');
    if ((await findAccount(db, accountId)) === undefined)
      throw new AppError('not_found', `There is no account ${accountId}.`);
    return { owner: { accountId, purse }, actor: 'operator' };
  }
  const { accountId, purse, keyId } = identity;
  if (wanted.account_id !== undefined && wanted.account_id !== accountId)
    throw new AppError('not_found', `There is no account ${wanted.account_id}.`);
  if (wanted.purse !== undefined && wanted.purse !== purse)
    throw refused(
      '/purse',
      `A ${purse} key manages ${purse} credits only; ${wanted.purse} needs a ${wanted.purse} key.`,
    );
  return { owner: { accountId, purse }, actor: keyId };
}

function refused(pointer: string, message: string): AppError {
  return new AppError('invalid_request', message, {
    faults: [{ pointer, code: 'invalid_request', message }],
  });
}
