import type { Balance, EntryKind, GrantSource, ImbalanceKind, Purse } from '../domain/credits.ts';
import type { Db, Store } from './db.ts';
import { imbalancesSql } from './imbalances-sql.ts';
import { newId } from './new-id.ts';
import { type Refusal, refusalOf } from './refusal.ts';

export interface LedgerRow {
  id: number;
  accountId: string;
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
  'id, account_id as "accountId", kind, purse, generation_id as "generationId", available, held, counterpart, reason, created_at as "createdAt"';

/** Where credits come from. */
export interface NewGrant {
  accountId: string;
  purse: Purse;
  credits: number;
  source: GrantSource;
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

/**
 * Gives back, once for each charge of a generation, what it was charged or a part of it; to the grants that paid. Must run
 * in a transaction, which is spoilt by a refusal. Undefined if there is no such generation.
 */
export async function refundGeneration(
  db: Db,
  order: {
    generationId: string;
    credits: number;
    reason: string;
    /** Of its delivery or of its adopted late output; undefined where only one of them cost something. */
    charge: 'settle' | 'adopt' | undefined;
  },
): Promise<LedgerRow | Refusal | undefined> {
  const locked = await db.query('select from generations where id = $1 for no key update', [
    order.generationId,
  ]);
  if (locked.length === 0) return undefined;
  return refusable(() =>
    db.query<LedgerRow>(`select ${columns} from refund_generation($1, $2, $3, $4)`, [
      order.generationId,
      order.credits,
      order.reason,
      order.charge ?? null,
    ]),
  );
}

/**
 * Makes the late output of an attempt the second output of its generation, charged `credits`. False if it was before.
 * Must run in a transaction, which is spoilt by a refusal.
 */
export async function adoptLateOutput(
  db: Db,
  attemptId: string,
  credits: number,
): Promise<boolean | Refusal> {
  const adopted = await refusable(() =>
    db.query<{ done: boolean }>('select adopt_late_output($1, $2) as done', [attemptId, credits]),
  );
  if (adopted === undefined) throw new Error('the adoption answered nothing');
  return 'done' in adopted ? adopted.done : adopted;
}

async function refusable<Row>(move: () => Promise<Row[]>): Promise<Row | Refusal | undefined> {
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
  what: ImbalanceKind;
  id: string;
}

/**
 * Everything that is wrong with the books; empty when they balance. A balance is the sum of its entries and of what is
 * left of its grants; a grant is what its entries made of it; every generation has one hold, and one end exactly if it
 * has ended, after which nothing is held; what left for the counterpart is what the generation says it was charged; a
 * late output is adopted exactly where that was charged; a refund is of a charge and no larger; a budget has used what
 * it counts, to the credit; every end has a receipt, and the chain of receipts is whole up to its head.
 */
export async function findImbalances(db: Db): Promise<Imbalance[]> {
  return db.query<Imbalance>(imbalancesSql);
}
