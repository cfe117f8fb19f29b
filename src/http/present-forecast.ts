import type * as action from '../actions/forecast-credits.ts';
import type { Forecast } from '../contract/forecast.ts';
import type { Owner } from '../store/read-generations.ts';

export function presentForecast(owner: Owner, forecast: action.Forecast): Forecast {
  return {
    object: 'forecast',
    account_id: owner.accountId,
    purse: owner.purse,
    time_zone: forecast.timeZone,
    available: forecast.available,
    summary: summaryOf(forecast),
    last_7_days: presentPace(forecast.week, forecast.week.overDays),
    last_24_hours: presentPace(forecast.day, 1),
    budgets: forecast.stops.map(({ budget, creditsPerDay, ...stop }) => ({
      budget_id: budget.budgetId,
      name: budget.name,
      scope: budget.scope,
      value: budget.value,
      left: Math.max(0, budget.limit - budget.used),
      credits_per_day: toTenth(creditsPerDay),
      stops: presentEnd(stop),
      resets_at: budget.resetsAt?.toISOString() ?? null,
    })),
  };
}

function presentPace(
  { credits, creditsPerDay, end }: action.Pace,
  overDays: number,
): Forecast['last_7_days'] {
  return {
    credits,
    credits_per_day: toTenth(creditsPerDay),
    over_days: toTenth(overDays),
    runs_out: 'reason' in end ? null : presentEnd(end),
    reason: 'reason' in end ? end.reason : null,
  };
}

const presentEnd = ({ days, at, day }: { days: number; at: Date; day: string }) => ({
  days: toTenth(days),
  at: at.toISOString(),
  date: day,
});

function summaryOf({ available, week: { end } }: action.Forecast): string {
  if (available === 0) return 'Nothing is left to spend.';
  if ('reason' in end)
    return end.reason === 'no_pace'
      ? 'Nothing was spent in the last seven days, so there is no pace to go by.'
      : 'At this pace it lasts for more than ten years.';
  const [year, month, day] = end.day.split('-').map(Number);
  const date = new Date(Date.UTC(year ?? 0, (month ?? 1) - 1, day)).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
  const days = toTenth(end.days);
  return `Runs out in ${days} ${days === 1 ? 'day' : 'days'} at this pace, on ${date}.`;
}

const toTenth = (value: number) => Math.round(value * 10) / 10;
