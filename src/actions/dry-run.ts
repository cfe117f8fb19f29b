import { randomInt } from 'node:crypto';
import type { Plan } from '../domain/plan.ts';
import type { Price } from '../domain/price-book.ts';
import { findBlockingBudget } from '../store/budget-refusals.ts';
import { readBalances } from '../store/ledger.ts';
import type { BudgetRefusal } from '../store/refusal.ts';
import type { Caller } from './caller.ts';
import type { Deps } from './deps.ts';
import { planCommand } from './plan-command.ts';
import { checkWebhook } from './prepare-generation.ts';
import { priceCommand } from './price-command.ts';
import { refuseRehearsal } from './refuse-rehearsal.ts';
import { withReferences } from './snapshot-references.ts';
import type { SubmitCommand } from './submit-command.ts';

interface Quoted {
  plan: Plan;
  price: Price;
  priceBook: string;
}

/** Checks, plans and prices a command without making or charging anything. */
export async function dryRun(
  deps: Deps,
  caller: Caller,
  command: SubmitCommand,
): Promise<Quoted & { affordable: boolean; blockedBy: BudgetRefusal | undefined }> {
  checkWebhook(deps, command);
  await refuseRehearsal(deps, caller, command);
  const sale = await priceCommand(deps, caller, command);
  const { price, priceBook } = sale;
  const use = { engine: sale.engine.name, workflow: command.workflow };
  const wanted = { owner: caller, use, wanted: command.references };
  const plan = await withReferences(deps, wanted, async ({ references, ...people }) =>
    planCommand(deps, { sale, command, references, people, freshSeed: randomInt(2 ** 31) }),
  );
  const balances = await readBalances(deps.store, caller.accountId);
  const blockedBy = await findBlockingBudget(deps.store, { ...caller, ...command }, price.credits);
  const affordable = balances[caller.purse].available >= price.credits && blockedBy === undefined;
  return { plan, price, priceBook, affordable, blockedBy };
}
