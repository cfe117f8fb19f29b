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
  alertEmail: string | null;
  alertWebhookUrl: string | null;
  /** Available live credits below which an alert is due. */
  balanceAlertCredits: number | null;
  /** Nothing of it begins. */
  paused: boolean;
  createdAt: Date;
}

export type AccountChange = Partial<
  Pick<
    Account,
    'name' | 'timeZone' | 'concurrencyLimit' | 'alertEmail' | 'alertWebhookUrl' | 'balanceAlertCredits'
  >
>;

const columns = `id, name, time_zone as "timeZone", concurrency_limit as "concurrencyLimit", alert_email as "alertEmail",
  alert_webhook_url as "alertWebhookUrl", balance_alert_credits as "balanceAlertCredits",
  paused_at is not null as paused, created_at as "createdAt"`;

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

/**
 * Changes what is named and leaves the rest. A balance that is now below its mark is told of at once. Must run in a
 * transaction. Undefined if there is no such account.
 */
export async function changeAccount(db: Db, id: string, change: AccountChange): Promise<Account | undefined> {
  // Before the account's own row, as every move of credits does.
  await db.query(`select from balances where account_id = $1 and purse = 'live' for no key update`, [id]);
  const [before] = await db.query<Account>(
    `select ${columns} from accounts where id = $1 for no key update`,
    [id],
  );
  if (before === undefined) return undefined;
  const after = { ...before, ...change };
  const [account] = await db.query<Account>(
    `update accounts set name = $2, time_zone = $3, concurrency_limit = $4, alert_email = $5, alert_webhook_url = $6,
      balance_alert_credits = $7
    where id = $1 returning ${columns}`,
    [
      id,
      after.name,
      after.timeZone,
      after.concurrencyLimit,
      after.alertEmail,
      after.alertWebhookUrl,
      after.balanceAlertCredits,
    ],
  );
  await db.query(`select watch_balance($1, 'live', null)`, [id]);
  return account;
}

/** Whether PostgreSQL knows a time zone by this name. */
export async function knowsTimeZone(db: Db, name: string): Promise<boolean> {
  const rows = await db.query('select from pg_timezone_names where lower(name) = lower($1)', [name]);
  return rows.length > 0;
}
