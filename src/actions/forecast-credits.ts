import { dayIn, daysAhead, daysUntilEmpty, type Supply } from '../domain/forecast.ts';
import type { Db } from '../store/db.ts';
import type { Owner } from '../store/read-generations.ts';
import {
  type BudgetSpending,
  listBudgetSpending,
  listSupplies,
  readSpending,
  type Spending,
} from '../store/spending.ts';

/** When something is used up, or why that cannot be said. */
export type End =
  | { days: number; at: Date; day: string }
  /** Nothing was booked in that time; or the pace is so slow that it would last for more than ten years. */
  | { reason: 'no_pace' | 'beyond_ten_years' };

export interface Pace {
  credits: number;
  creditsPerDay: number;
  end: End;
}

export interface Forecast {
  timeZone: string;
  available: number;
  /** Over the last seven days, or since the first booking if that is less, but at least over one. */
  week: Pace & { overDays: number };
  day: Pace;
  /** Budgets that will block before they begin again, the first first; at most 50. */
  stops: { budget: BudgetSpending; creditsPerDay: number; days: number; at: Date; day: string }[];
}

const mostStops = 50;

/** How long credits and budgets last if work goes on as it has. */
export async function forecastCredits(db: Db, owner: Owner): Promise<Forecast> {
  const spending = await readSpending(db, owner);
  const supplies = await listSupplies(db, owner);
  const overDays = Math.min(7, Math.max(1, spending.ageDays ?? 1));
  const pace = (credits: number, days: number): Pace => ({
    credits,
    creditsPerDay: credits / days,
    end: endOf(supplies, credits / days, spending),
  });
  return {
    timeZone: spending.timeZone,
    available: supplies.reduce((sum, { credits }) => sum + credits, 0),
    week: { ...pace(spending.lastWeek, overDays), overDays },
    day: pace(spending.lastDay, 1),
    stops: stopsOf(await listBudgetSpending(db, owner), overDays, spending),
  };
}

function endOf(supplies: readonly Supply[], creditsPerDay: number, { now, timeZone }: Spending): End {
  if (creditsPerDay <= 0) return { reason: 'no_pace' };
  const days = daysUntilEmpty(supplies, creditsPerDay, now);
  if (days === undefined) return { reason: 'beyond_ten_years' };
  const at = daysAhead(now, days);
  return { days, at, day: dayIn(at, timeZone) };
}

/** A budget stops work only if it is used up before it begins again. */
function stopsOf(
  budgets: readonly BudgetSpending[],
  overDays: number,
  { now, timeZone }: Spending,
): Forecast['stops'] {
  return budgets
    .flatMap((budget) => {
      const creditsPerDay = budget.lastWeek / overDays;
      const left = [{ credits: Math.max(0, budget.limit - budget.used), expiresAt: null }];
      const days = daysUntilEmpty(left, creditsPerDay, now);
      if (days === undefined) return [];
      const at = daysAhead(now, days);
      if (budget.resetsAt !== null && at >= budget.resetsAt) return [];
      return [{ budget, creditsPerDay, days, at, day: dayIn(at, timeZone) }];
    })
    .sort((a, b) => a.days - b.days)
    .slice(0, mostStops);
}
