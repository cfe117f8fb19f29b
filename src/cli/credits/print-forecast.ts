import type { Forecast } from '../../client/index.ts';
import type { Output } from '../output.ts';
import { short } from '../short.ts';
import { table } from '../table.ts';

/** How long credits and budgets last, for a person. */
export function printForecast(forecast: Forecast, output: Output): void {
  const { last_7_days: week, last_24_hours: day, budgets } = forecast;
  output.line(output.style.strong(forecast.summary));
  output.line();
  const paces = [
    { name: week.over_days === 7 ? 'last 7 days' : 'since the first video', pace: week },
    { name: 'last 24 hours', pace: day },
  ];
  const lines = table(
    paces,
    [
      { head: 'PACE', cell: ({ name }) => name },
      { head: 'SPENT', align: 'right', cell: ({ pace }) => pace.credits.toLocaleString('en') },
      { head: 'A DAY', align: 'right', cell: ({ pace }) => pace.credits_per_day.toLocaleString('en') },
      { head: 'LEFT', align: 'right', cell: () => forecast.available.toLocaleString('en') },
      { head: 'RUNS OUT', cell: ({ pace }) => endOf(pace) },
    ],
    output.style,
  );
  for (const line of lines) output.line(line);
  if (budgets.length === 0) return;
  output.line();
  const stops = table(
    budgets,
    [
      { head: 'BUDGETS THAT STOP FIRST', cell: ({ name }) => short(name, 32) },
      {
        head: 'FOR',
        cell: ({ scope, value }) => (scope === 'account' ? 'account' : short(value, 28)),
      },
      { head: 'LEFT', align: 'right', cell: ({ left }) => left.toLocaleString('en') },
      { head: 'A DAY', align: 'right', cell: ({ credits_per_day: pace }) => pace.toLocaleString('en') },
      { head: 'STOPS', cell: ({ stops: { days, date } }) => inDays(days, date) },
    ],
    output.style,
  );
  for (const line of stops) output.line(line);
}

function endOf({ runs_out: end, reason }: Forecast['last_7_days']): string {
  if (end !== null) return inDays(end.days, end.date);
  return reason === 'no_pace' ? 'nothing was spent' : 'not within ten years';
}

const inDays = (days: number, date: string) => `in ${days} ${days === 1 ? 'day' : 'days'}, ${date}`;
