import type { Purse } from '../domain/credits.ts';
import type { Db } from './db.ts';
import type { BudgetRefusal } from './refusal.ts';

/** What decides which budgets a generation counts against. */
export interface Labels {
  accountId: string;
  keyId: string;
  purse: Purse;
  workflow: string | undefined;
  batchId: string | undefined;
  tags: readonly string[];
  endUserId: string | undefined;
}

/** The first budget that would refuse a generation of this many credits now; undefined if none would. */
export async function findBlockingBudget(
  db: Db,
  labels: Labels,
  credits: number,
): Promise<BudgetRefusal | undefined> {
  const [row] = await db.query<{ refusal: BudgetRefusal | null }>(
    'select blocking_budget(jsonb_populate_record(null::generations, $1::jsonb), $2) as refusal',
    [
      JSON.stringify({
        account_id: labels.accountId,
        key_id: labels.keyId,
        purse: labels.purse,
        workflow: labels.workflow,
        batch_id: labels.batchId,
        tags: labels.tags,
        end_user_id: labels.endUserId,
      }),
      credits,
    ],
  );
  return row?.refusal ?? undefined;
}

/** Tells the account, once for each period, that a budget has refused something. */
export async function tellRefusal(db: Db, refusal: BudgetRefusal): Promise<void> {
  if (refusal.told) return;
  await db.query('select tell_refusal($1)', [JSON.stringify(refusal)]);
}
