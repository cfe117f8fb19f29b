import type { Purse } from '../src/domain/credits.ts';
import { type Account, createAccount } from '../src/store/accounts.ts';
import type { Db } from '../src/store/db.ts';
import { createKey, type Key } from '../src/store/keys.ts';

/** An account with credits and one live key. */
export async function openAccount(
  db: Db,
  options: { credits?: number; testCredits?: number; concurrencyLimit?: number; mode?: Purse } = {},
): Promise<{ account: Account; key: Key; secret: string }> {
  const account = await createAccount(db, {
    name: 'Halden',
    concurrencyLimit: options.concurrencyLimit ?? 10,
    timeZone: 'UTC',
    credits: { live: options.credits ?? 0, test: options.testCredits ?? 0 },
  });
  const { key, secret } = await createKey(db, {
    accountId: account.id,
    mode: options.mode ?? 'live',
    name: 'test',
  });
  return { account, key, secret };
}
