import type { Purse } from '../domain/credits.ts';
import type { Db } from './db.ts';
import { grantCredits } from './ledger.ts';
import { newId } from './new-id.ts';

export interface Account {
  id: string;
  name: string;
  timeZone: string;
  /** How many of its generations may process at once. */
  concurrencyLimit: number;
  /** Nothing of it begins. */
  paused: boolean;
  createdAt: Date;
}

const columns =
  'id, name, time_zone as "timeZone", concurrency_limit as "concurrencyLimit", paused_at is not null as paused, created_at as "createdAt"';

/** Makes an account with a live and a test balance, and the credits it starts with. */
export async function createAccount(
  db: Db,
  account: { name: string; concurrencyLimit: number; timeZone: string; credits: Record<Purse, number> },
): Promise<Account> {
  const id = newId('acc');
  const [created] = await db.query<Account>(
    `with account as (
      insert into accounts (id, name, concurrency_limit, time_zone) values ($1, $2, $3, $4) returning *
    ), balance as (
      insert into balances (account_id, purse) values ($1, 'live'), ($1, 'test')
    )
    select ${columns} from account`,
    [id, account.name, account.concurrencyLimit, account.timeZone],
  );
  for (const purse of ['live', 'test'] as const)
    if (account.credits[purse] > 0)
      await grantCredits(db, {
        accountId: id,
        purse,
        credits: account.credits[purse],
        source: 'signup',
        reason: 'sign-up credits',
      });
  if (created === undefined) throw new Error('the account was not created');
  return created;
}

export async function findAccount(db: Db, id: string): Promise<Account | undefined> {
  const [account] = await db.query<Account>(`select ${columns} from accounts where id = $1`, [id]);
  return account;
}

/** Newest first. */
export async function listAccounts(db: Db, limit: number): Promise<Account[]> {
  return db.query<Account>(`select ${columns} from accounts order by created_at desc, id desc limit $1`, [
    limit,
  ]);
}

export async function setConcurrencyLimit(db: Db, id: string, limit: number): Promise<Account | undefined> {
  const [account] = await db.query<Account>(
    `update accounts set concurrency_limit = $2 where id = $1 returning ${columns}`,
    [id, limit],
  );
  return account;
}
