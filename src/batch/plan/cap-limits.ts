import type { Budget, Client } from '../../client/index.ts';
import type { Workflow } from '../workflow.ts';
import type { Limit } from './where-it-stops.ts';

const fields = [
  ['credits', 'total'],
  ['per_day', 'daily'],
  ['per_month', 'monthly'],
] as const;

/** A cap of a workflow file, and the budget that holds it on the server once a run has set it. */
export interface Cap {
  field: (typeof fields)[number][0];
  period: Budget['period'];
  credits: number;
  budget: Budget | undefined;
}

type Asking = { client: Client; signal: AbortSignal };

/** Where the caps of a workflow file would stop it, also those that no run has set yet (R115). */
export async function capLimits(asking: Asking, workflow: Workflow): Promise<Limit[]> {
  const caps = await capsOf(asking, workflow);
  // A budget that is there and no higher is told by the server itself.
  const news = caps.filter(({ budget, credits }) => budget === undefined || budget.limit_credits !== credits);
  if (news.length === 0) return [];
  const limits: Limit[] = [];
  for (const { field, period, credits, budget } of news) {
    const used = budget?.usage.used ?? (await usedBefore(asking, workflow.name, period));
    const left = Math.max(0, credits - used);
    limits.push({
      by: 'cap',
      reason: `caps.${field} leaves ${left.toLocaleString('en')} of ${credits.toLocaleString('en')} credits`,
      left,
      resetsAt: budget?.usage.resets_at ?? null,
    });
  }
  return limits;
}

/**
 * Makes the caps of a workflow file budgets of its scope, or changes those to what the file says; rows that wait for them
 * go on by themselves. A cap that is no longer in the file is left: what somebody set by hand is not a file's to take away.
 */
export async function applyCaps(
  asking: Asking,
  workflow: Pick<Workflow, 'name' | 'caps'>,
): Promise<Budget[]> {
  const { client, signal } = asking;
  const applied: Budget[] = [];
  for (const { period, credits, budget } of await capsOf(asking, workflow)) {
    if (budget?.limit_credits === credits) continue;
    applied.push(
      budget === undefined
        ? await client.budgets.create(
            {
              name: capName(workflow.name),
              scope: 'workflow',
              scope_value: workflow.name,
              period,
              limit_credits: credits,
            },
            { signal },
          )
        : await client.budgets.change(budget.id, { limit_credits: credits }, { signal }),
    );
  }
  return applied;
}

const capName = (workflow: string) => `Caps of ${workflow}`.slice(0, 200);

/** The caps of a workflow file, and what the server has of them. */
export async function capsOf(
  { client, signal }: Asking,
  { name, caps = {} }: Pick<Workflow, 'name' | 'caps'>,
): Promise<Cap[]> {
  const wanted = fields.flatMap(([field, period]) => {
    const credits = caps[field];
    return credits === undefined ? [] : [{ field, period, credits }];
  });
  if (wanted.length === 0) return [];
  const own: Budget[] = [];
  for await (const budget of client.budgets.list({ limit: 200 }, { signal }))
    if (budget.scope === 'workflow' && budget.scope_value === name && budget.name === capName(name))
      own.push(budget);
  return wanted.map((cap) => ({ ...cap, budget: own.find(({ period }) => period === cap.period) }));
}

const longAgo = '2000-01-01';

/** A new budget counts what its period has seen already. */
async function usedBefore(
  { client, signal }: Asking,
  workflow: string,
  period: Budget['period'],
): Promise<number> {
  const from = period === 'total' ? longAgo : await firstDay({ client, signal }, period);
  const { total } = await client.usage.get({ workflow, from, group_by: 'workflow' }, { signal });
  return total.credits.charged + total.credits.held;
}

async function firstDay({ client, signal }: Asking, period: 'daily' | 'monthly'): Promise<string> {
  const { time_zone: timeZone } = await client.account.get({ signal });
  const day = new Date().toLocaleDateString('sv-SE', { timeZone });
  return period === 'daily' ? day : `${day.slice(0, 7)}-01`;
}
