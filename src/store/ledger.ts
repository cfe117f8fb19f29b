import { type Balance, type Entry, grant, type Purse } from '../domain/credits.ts';
import type { Db } from './db.ts';

export interface LedgerRow {
  id: number;
  kind: Entry['kind'];
  purse: Purse;
  generationId: string | null;
  available: number;
  held: number;
  counterpart: number;
  reason: string;
  createdAt: Date;
}

const columns =
  'id, kind, purse, generation_id as "generationId", available, held, counterpart, reason, created_at as "createdAt"';

/** Gives an account credits: balance and entry in one statement. Undefined if there is no such account. */
export async function grantCredits(
  db: Db,
  options: { accountId: string; purse: Purse; credits: number; reason: string },
): Promise<LedgerRow | undefined> {
  const entry = grant(options.credits);
  const [row] = await db.query<LedgerRow>(
    `with balance as (
      update balances set available = available + $3, held = held + $4
      where account_id = $1 and purse = $2
      returning account_id, purse
    )
    insert into ledger_entries (account_id, purse, kind, available, held, counterpart, reason)
    select account_id, purse, 'grant', $3, $4, $5, $6 from balance
    returning ${columns}`,
    [options.accountId, options.purse, entry.available, entry.held, entry.counterpart, options.reason],
  );
  return row;
}

/** Ends a hold. Must run in the transaction that ends its generation; a second end of one hold is refused by index. */
export async function endHold(
  db: Db,
  options: { accountId: string; purse: Purse; generationId: string; entry: Entry; reason: string },
): Promise<void> {
  const { accountId, purse, generationId, entry, reason } = options;
  const ended = await db.query(
    `with balance as (
      update balances set available = available + $4, held = held + $5
      where account_id = $1 and purse = $2
      returning account_id, purse
    )
    insert into ledger_entries (account_id, purse, kind, generation_id, available, held, counterpart, reason)
    select account_id, purse, $7, $3, $4, $5, $6, $8 from balance
    returning id`,
    [accountId, purse, generationId, entry.available, entry.held, entry.counterpart, entry.kind, reason],
  );
  if (ended.length !== 1) throw new Error(`the hold of ${generationId} was not ended`);
}

export async function readBalances(db: Db, accountId: string): Promise<Record<Purse, Balance>> {
  const rows = await db.query<Balance & { purse: Purse }>(
    'select purse, available, held from balances where account_id = $1',
    [accountId],
  );
  const balance = (purse: Purse): Balance => {
    const row = rows.find((candidate) => candidate.purse === purse);
    return { available: row?.available ?? 0, held: row?.held ?? 0 };
  };
  return { live: balance('live'), test: balance('test') };
}

export async function findLedgerRow(db: Db, id: number): Promise<LedgerRow | undefined> {
  const [row] = await db.query<LedgerRow>(`select ${columns} from ledger_entries where id = $1`, [id]);
  return row;
}

/** Newest first, of one purse. */
export async function listLedger(
  db: Db,
  options: { accountId: string; purse: Purse; before?: number; limit: number },
): Promise<LedgerRow[]> {
  return db.query<LedgerRow>(
    `select ${columns} from ledger_entries
    where account_id = $1 and purse = $2 and ($3::bigint is null or id < $3)
    order by id desc limit $4`,
    [options.accountId, options.purse, options.before ?? null, options.limit],
  );
}

/** Something the books say that cannot be; `id` is a generation, or an account and its purse. */
export interface Imbalance {
  what: 'balance' | 'hold' | 'end' | 'charge';
  id: string;
}

/**
 * Everything that is wrong with the books; empty when they balance. A balance must be the sum of its entries; every
 * generation has one hold, and one end exactly if it has ended, after which nothing is held; what left for the
 * counterpart is what the generation says it was charged.
 */
export async function findImbalances(db: Db): Promise<Imbalance[]> {
  return db.query<Imbalance>(
    `with entries as (
      select generation_id,
        count(*) filter (where kind = 'hold') as holds,
        count(*) filter (where kind in ('settle', 'release')) as ends,
        sum(held) as held,
        sum(counterpart) as charged,
        -sum(available) filter (where kind = 'hold') as price
      from ledger_entries where generation_id is not null group by generation_id
    )
    select 'balance' as what, b.account_id || ':' || b.purse as id
    from balances b
    left join (
      select account_id, purse, sum(available) as available, sum(held) as held
      from ledger_entries group by account_id, purse
    ) e using (account_id, purse)
    where b.available <> coalesce(e.available, 0) or b.held <> coalesce(e.held, 0)
    union all
    select 'hold', g.id from generations g left join entries e on e.generation_id = g.id
    where coalesce(e.holds, 0) <> 1 or e.price <> g.price_credits
    union all
    select 'end', g.id from generations g join entries e on e.generation_id = g.id
    where (g.status in ('complete', 'failed')) <> (e.ends = 1)
      or e.held <> case when g.status in ('complete', 'failed') then 0 else g.price_credits end
    union all
    select 'charge', g.id from generations g join entries e on e.generation_id = g.id
    where e.charged <> coalesce(g.charged_credits, 0)`,
  );
}
