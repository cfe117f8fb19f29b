import type { Budget } from '../client/index.ts';
import { short } from './short.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';
import { usageBar } from './usage-bar.ts';

/** Budgets with a bar of what each has used. */
export function budgetTable(budgets: readonly Budget[], style: Style): string[] {
  return table(
    budgets,
    [
      { head: 'ID', cell: ({ id }) => id },
      { head: 'NAME', cell: ({ name }) => short(name, 24) },
      { head: 'COUNTS', cell: countsOf },
      { head: 'USED', align: 'right', cell: ({ usage }) => usage.used.toLocaleString('en') },
      { head: 'LIMIT', align: 'right', cell: ({ limit_credits: limit }) => limit.toLocaleString('en') },
      { head: '', cell: ({ usage }) => usageBar(usage.percent, style) },
      { head: '%', align: 'right', cell: ({ usage }) => String(usage.percent) },
      {
        head: 'AT LIMIT',
        cell: ({ action, ended_at: ended }) => (ended === null ? atLimit[action] : 'ended'),
      },
      { head: 'BEGINS AGAIN', cell: ({ usage }) => resetOf(usage) },
    ],
    style,
  );
}

const atLimit = { block: 'blocks', alert: 'tells' } as const satisfies Record<Budget['action'], string>;

/** As in `each end user, daily: ana`: of several, the one that has used most. */
function countsOf({ scope, scope_value: value, period, usage }: Budget): string {
  const what = scope.replace('_', ' ');
  if (value === null) return `account, ${period}`;
  if (value !== '*') return `${what} ${short(value, 28)}, ${period}`;
  const most = usage.value === null ? '' : `: ${short(usage.value, 28)}`;
  return `each ${what}, ${period}${most}`;
}

function resetOf({ resets_at: at, time_zone: timeZone }: Budget['usage']): string {
  if (at === null) return 'never';
  return new Date(at).toLocaleString('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
}
