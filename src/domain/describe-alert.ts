import type { BudgetAction, BudgetPeriod, BudgetScope } from './budget.ts';
import { percentUsed } from './budget.ts';
import type { JsonObject } from './json.ts';
import type { RunReason, RunRows } from './run.ts';

/** The events that somebody is told of by webhook or e-mail, apart from the ends of generations. */
export const alertTypes = [
  'budget.threshold',
  'budget.blocked',
  'balance.low',
  'credits.expired',
  'generation.late_output',
  'generation.parked',
  'payment.paid',
  'payment.refused',
  'payment.refunded',
  'webhook.disabled',
  'workflow.run.failed',
] as const;

export type AlertType = (typeof alertTypes)[number];

/** An alert as a person reads it. */
export interface AlertText {
  /** One line: what has happened, with its numbers. */
  title: string;
  facts: [name: string, value: string][];
  /** What it means, and what can be done. */
  advice: string[];
}

/** Of an event that our own functions wrote. */
export function describeAlert(type: AlertType, data: JsonObject, generationId: string | null): AlertText {
  switch (type) {
    case 'budget.threshold':
      return describeThreshold(data as unknown as BudgetData & { percent: number; action: BudgetAction });
    case 'budget.blocked':
      return describeBlocked(data as unknown as BudgetData & { needed: number });
    case 'balance.low':
      return describeLow(data as unknown as { available: number; mark: number });
    case 'credits.expired':
      return describeExpired(
        data as unknown as { credits: number; grant_id: string; reason?: string; purse: string },
      );
    case 'generation.late_output':
      return {
        title: 'A video arrived after its generation had ended',
        facts: [['Generation', generationId ?? 'unknown']],
        advice: [
          'Nothing was charged for it. The video is kept on the attempt; you may adopt it, and it is charged then.',
        ],
      };
    case 'generation.parked':
      return {
        title: 'A generation is parked: nobody can tell whether its provider has it',
        facts: [['Generation', generationId ?? 'unknown']],
        advice: [
          'Its credits stay held, and it is not sent again, since that could be paid for twice.',
          'The operator decides, or the provider calls back: kinora reconcile',
        ],
      };
    case 'payment.paid':
      return describePaid(
        data as unknown as PaymentData & { pack: string; credits: number; usd_cents: number },
      );
    case 'payment.refused':
      return {
        title: 'A payment came that does not fit its purchase: no credits were given',
        facts: [
          ['Purchase', text(data, 'payment_id')],
          ['Why', text(data, 'problem')],
        ],
        advice: ['The money is with the payment provider: refund it there, and begin the purchase again.'],
      };
    case 'payment.refunded':
      return describeRefunded(
        data as unknown as PaymentData & {
          refunded_cents: number;
          withdrawn_credits: number;
          unrecovered_credits: number;
        },
      );
    case 'webhook.disabled':
      return describeDisabled(
        data as unknown as {
          endpoint_id: string;
          url: string;
          by: 'gone' | 'failing';
          failing_since: string;
        },
      );
    case 'workflow.run.failed':
      return describeFailedRun(data as unknown as FailedRun);
  }
}

interface PaymentData {
  payment_id: string;
}

function describePaid(data: PaymentData & { pack: string; credits: number; usd_cents: number }): AlertText {
  return {
    title: `${credits(data.credits)} were bought for ${dollars(data.usd_cents)}`,
    facts: [
      ['Pack', oneLine(data.pack)],
      ['Purchase', data.payment_id],
    ],
    advice: ['They are there. What waited for credits goes on by itself.'],
  };
}

function describeRefunded(
  data: PaymentData & { refunded_cents: number; withdrawn_credits: number; unrecovered_credits: number },
): AlertText {
  const { refunded_cents: cents, withdrawn_credits: withdrawn, unrecovered_credits: unrecovered } = data;
  return {
    title: `A purchase was refunded: ${dollars(cents)} so far`,
    facts: [
      ['Purchase', data.payment_id],
      ['Taken back', credits(withdrawn)],
      ...(unrecovered === 0 ? [] : [['Spent already', credits(unrecovered)] as [string, string]]),
    ],
    advice: ['Only what was left of that purchase was taken back, and nothing of other credits.'],
  };
}

interface FailedRun {
  run_id: string;
  workflow: string;
  due_at: string | null;
  reason: RunReason;
  rows: RunRows | null;
}

function describeFailedRun({ run_id: id, workflow, due_at: dueAt, reason, rows }: FailedRun): AlertText {
  return {
    title: `A run of ${oneLine(workflow)} failed`,
    facts: [
      ['Run', id],
      ...(dueAt === null ? [] : [['Due', dueAt] as [string, string]]),
      ['Why', oneLine(reason.message)],
      ...(rows === null
        ? []
        : [
            ['Videos', `${rows.made} made, ${rows.failed} failed, ${rows.waiting} waiting`] as [
              string,
              string,
            ],
          ]),
    ],
    advice: [
      ...(reason.hint === undefined ? [] : [reason.hint]),
      'What has been made is kept, and the next run makes only what is missing: kinora workflows runs',
    ],
  };
}

interface BudgetData {
  budget_id: string;
  name: string;
  scope: BudgetScope;
  value: string;
  period: BudgetPeriod;
  used: number;
  limit: number;
  resets_at: string | null;
  time_zone: string;
}

function describeThreshold(data: BudgetData & { percent: number; action: BudgetAction }): AlertText {
  const { name, used, limit, percent, action } = data;
  const blocks = action === 'block';
  const isFull = used >= limit;
  return {
    title: `Budget "${name}" has reached ${percent} %: ${count(used)} of ${count(limit)} credits`,
    facts: factsOf(data),
    advice: [
      blocks
        ? isFull
          ? 'Nothing more is accepted in it: single requests are refused, rows of a batch wait.'
          : 'At the limit it blocks: single requests are then refused, rows of a batch wait.'
        : 'It only tells: nothing is refused.',
      `To raise it: kinora budgets set ${data.budget_id} --limit ${raised(limit)}`,
    ],
  };
}

function describeBlocked(data: BudgetData & { needed: number }): AlertText {
  const { name, used, limit, needed } = data;
  return {
    title: `Budget "${name}" has begun to refuse work: ${count(used)} of ${count(limit)} credits are used`,
    facts: [...factsOf(data), ['Refused', `a video of ${credits(needed)}`]],
    advice: [
      'Single requests that would go over it are refused, rows of a batch wait. You are told once in each period.',
      `To raise it: kinora budgets set ${data.budget_id} --limit ${raised(Math.max(limit, used + needed))}`,
    ],
  };
}

function describeLow({ available, mark }: { available: number; mark: number }): AlertText {
  return {
    title: `Your balance is low: ${credits(available)} are left`,
    facts: [
      ['Available', credits(available)],
      ['Alert below', credits(mark)],
    ],
    advice: [
      'When nothing is left, single requests are refused and rows of a batch wait. Nothing that is under way stops.',
      'How long it lasts at this pace: kinora credits forecast',
      'You are told again only after the balance has been above the mark.',
    ],
  };
}

function describeExpired(data: {
  credits: number;
  grant_id: string;
  reason?: string;
  purse: string;
}): AlertText {
  return {
    title: `${credits(data.credits)} have expired`,
    facts: [
      ['Expired', `${credits(data.credits)}, ${data.purse}`],
      ['Grant', data.reason === undefined ? data.grant_id : `${data.grant_id} (${oneLine(data.reason)})`],
    ],
    advice: [
      'They had not been used when their grant ran out. What is held for videos in the making is not touched.',
    ],
  };
}

function describeDisabled(data: {
  endpoint_id: string;
  url: string;
  by: 'gone' | 'failing';
  failing_since: string;
}): AlertText {
  const { endpoint_id: id, url, by } = data;
  return {
    title: `The webhook endpoint ${oneLine(url)} is disabled: ${
      by === 'gone' ? 'it answered 410 Gone' : 'it has failed for days'
    }`,
    facts: [
      ['Endpoint', id],
      ['Failing since', data.failing_since],
    ],
    advice: [
      'It gets nothing any more. What it missed stays listed, and can be sent again or read as events.',
      `When it works again: kinora webhooks enable ${id}`,
    ],
  };
}

function factsOf({
  scope,
  value,
  period,
  used,
  limit,
  resets_at,
  time_zone,
  budget_id,
}: BudgetData): AlertText['facts'] {
  const reset: AlertText['facts'] =
    resets_at === null ? [] : [['Begins again', momentIn(new Date(resets_at), time_zone)]];
  return [
    ['Used', `${count(used)} of ${credits(limit)} (${percentUsed(used, limit)} %)`],
    ['Left', credits(Math.max(0, limit - used))],
    ['Counts', `${aboutOf(scope, value)}, ${periodNames[period]}`],
    ...reset,
    ['Budget', budget_id],
  ];
}

const periodNames = {
  total: 'altogether',
  daily: 'each day',
  monthly: 'each month',
} as const satisfies Record<BudgetPeriod, string>;

function aboutOf(scope: BudgetScope, value: string): string {
  return scope === 'account' ? 'the whole account' : `the ${scope.replace('_', ' ')} ${oneLine(value)}`;
}

/** As in `1 March 2026, 00:00 (Europe/Oslo)`. */
export function momentIn(at: Date, timeZone: string): string {
  const day = at.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone });
  const time = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', timeZone });
  return `${day}, ${time} (${timeZone})`;
}

const text = (data: JsonObject, name: string) => oneLine(String(data[name] ?? 'unknown'));
const dollars = (cents: number) =>
  (cents / 100).toLocaleString('en', { style: 'currency', currency: 'USD', minimumFractionDigits: 2 });
const count = (value: number) => value.toLocaleString('en');
const credits = (value: number) => `${count(value)} ${value === 1 ? 'credit' : 'credits'}`;

/** A round number half as much again, to copy and change. */
function raised(limit: number): number {
  const wanted = Math.max(100, limit * 1.5);
  const step = 10 ** Math.max(1, Math.floor(Math.log10(wanted)) - 1);
  return Math.ceil(wanted / step) * step;
}

/** Labels are the caller's: a line break in one must not look like a line of ours. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}
