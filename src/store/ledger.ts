import type { Balance, EntryKind, Purse } from '../domain/credits.ts';
import type { Db, Store } from './db.ts';
import { newId } from './new-id.ts';
import { type Refusal, refusalOf } from './refusal.ts';

export interface LedgerRow {
  id: number;
  kind: EntryKind;
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

/** Where credits come from. */
export interface NewGrant {
  accountId: string;
  purse: Purse;
  credits: number;
  source: 'signup' | 'operator' | 'pack' | 'adjustment';
  reason: string;
  /** Lower is taken earlier; 0 if absent. */
  priority?: number | undefined;
  /** When what is left of it is gone; absent: never. */
  expiresAt?: Date | undefined;
  /** Of a purchase. */
  pack?: string | undefined;
  paymentId?: string | undefined;
}

/** Gives an account credits: grant, balance and entry in one statement. Undefined if there is no such account. */
export async function grantCredits(db: Db, grant: NewGrant): Promise<LedgerRow | undefined> {
  const [row] = await db.query<LedgerRow>(
    `select ${columns} from grant_credits(jsonb_populate_record(null::grants, $1::jsonb))`,
    [
      JSON.stringify({
        id: newId('grant'),
        account_id: grant.accountId,
        purse: grant.purse,
        source: grant.source,
        reason: grant.reason,
        pack: grant.pack,
        payment_id: grant.paymentId,
        priority: grant.priority ?? 0,
        expires_at: grant.expiresAt,
        amount: grant.credits,
      }),
    ],
  );
  return row;
}

/** Takes credits away by the operator's word. Undefined if there is no such account. */
export async function withdrawCredits(
  db: Db,
  order: { accountId: string; purse: Purse; credits: number; reason: string },
): Promise<LedgerRow | Refusal | undefined> {
  return refusable(() =>
    db.query<LedgerRow>(`select ${columns} from withdraw_credits($1, $2, $3, $4)`, [
      order.accountId,
      order.purse,
      order.credits,
      order.reason,
    ]),
  );
}

/** Gives back, once, what a delivered generation was charged or a part of it; to the grants that paid. */
export async function refundGeneration(
  store: Store,
  order: { generationId: string; credits: number; reason: string },
): Promise<LedgerRow | Refusal | undefined> {
  return refusable(() =>
    store.transaction(async (db) => {
      await db.query('select from generations where id = $1 for update', [order.generationId]);
      return db.query<LedgerRow>(`select ${columns} from refund_generation($1, $2, $3)`, [
        order.generationId,
        order.credits,
        order.reason,
      ]);
    }),
  );
}

async function refusable(move: () => Promise<LedgerRow[]>): Promise<LedgerRow | Refusal | undefined> {
  try {
    return (await move())[0];
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    return refusal;
  }
}

/** Takes what is left of every grant that has run out, on at most `limit` accounts; how many credits went. */
export async function expireDueGrants(store: Store, limit: number): Promise<number> {
  const due = await store.query<{ account_id: string; purse: Purse }>(
    `select distinct account_id, purse from grants
    where remaining > 0 and expires_at <= kinora_now() order by account_id, purse limit $1`,
    [limit],
  );
  let expired = 0;
  for (const { account_id, purse } of due) {
    const [row] = await store.query<{ credits: number }>('select expire_grants($1, $2) as credits', [
      account_id,
      purse,
    ]);
    expired += row?.credits ?? 0;
  }
  return expired;
}

/**
 * Ends a hold: takes what was charged, gives the rest back to the grants it came from, and writes the receipt. Must run
 * in the transaction that ends its generation, after its status; a second end of one hold is refused by index.
 */
export async function endHold(
  db: Db,
  options: { generationId: string; charged: number; reason: string },
): Promise<void> {
  await db.query('select end_hold($1, $2, $3)', [options.generationId, options.charged, options.reason]);
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

/** Something the books say that cannot be; `id` names the generation, the grant, the budget or the purse. */
export interface Imbalance {
  what: 'balance' | 'hold' | 'end' | 'charge' | 'grant' | 'grants of a balance' | 'budget' | 'receipts';
  id: string;
}

/**
 * Everything that is wrong with the books; empty when they balance. A balance is the sum of its entries and of what is
 * left of its grants; every generation has one hold, and one end exactly if it has ended, after which nothing is held;
 * what left for the counterpart is what the generation says it was charged; what a grant lends to open holds is what
 * they say they took; a budget has used exactly what the holds of its periods have come to; receipts are as many as ends.
 */
export async function findImbalances(db: Db): Promise<Imbalance[]> {
  return db.query<Imbalance>(
    `with entries as (
      select generation_id,
        count(*) filter (where kind = 'hold') as holds,
        count(*) filter (where kind in ('settle', 'release')) as ends,
        sum(held) as held,
        coalesce(sum(counterpart) filter (where kind in ('settle', 'release')), 0) as charged,
        -sum(available) filter (where kind = 'hold') as price
      from ledger_entries where generation_id is not null group by generation_id
    ), open_parts as (
      select part->>0 as grant_id, (part->>1)::bigint as credits
      from ledger_entries h, jsonb_array_elements(h.grants) part
      where h.kind = 'hold' and not exists (select from ledger_entries e
        where e.generation_id = h.generation_id and e.kind in ('settle', 'release'))
    )
    select 'balance' as what, b.account_id || ':' || b.purse as id
    from balances b
    left join (
      select account_id, purse, sum(available) as available, sum(held) as held
      from ledger_entries group by account_id, purse
    ) e using (account_id, purse)
    where b.available <> coalesce(e.available, 0) or b.held <> coalesce(e.held, 0)
    union all
    select 'grants of a balance', b.account_id || ':' || b.purse
    from balances b
    left join (
      select account_id, purse, sum(remaining) as available, sum(held) as held
      from grants group by account_id, purse
    ) g using (account_id, purse)
    where b.available <> coalesce(g.available, 0) or b.held <> coalesce(g.held, 0)
    union all
    select 'grant', g.id from grants g
    left join (select grant_id, sum(credits) as credits from open_parts group by grant_id) p on p.grant_id = g.id
    where g.held <> coalesce(p.credits, 0)
    union all
    select 'hold', g.id from generations g left join entries e on e.generation_id = g.id
    where coalesce(e.holds, 0) <> 1 or e.price <> g.price_credits
    union all
    select 'end', g.id from generations g join entries e on e.generation_id = g.id
    where (g.status in ('complete', 'failed')) <> (e.ends = 1)
      or e.held <> case when g.status in ('complete', 'failed') then 0 else g.price_credits end
    union all
    select 'charge', g.id from generations g join entries e on e.generation_id = g.id
    where e.charged <> coalesce(g.charged_credits, 0)
    union all
    select 'budget', budget_id || ':' || value
    from budget_usage u full join budget_books b using (budget_id, value, period_start)
    where coalesce(u.used, 0) <> coalesce(b.used, 0)
    union all
    select 'receipts', b.account_id || ':' || b.purse from balances b
    where b.receipts <> (select count(*) from receipts r where r.account_id = b.account_id and r.purse = b.purse)
      or b.receipts <> (select count(*) from ledger_entries e where e.account_id = b.account_id and e.purse = b.purse
        and e.kind in ('settle', 'release', 'refund', 'adopt'))`,
  );
}
