import type { BudgetPeriod, BudgetScope } from '../domain/budget.ts';
import type { Json } from '../domain/json.ts';

/** Why the database would not move credits. */
export type Refusal =
  | { reason: 'credits'; available: number }
  | BudgetRefusal
  /** A person in it has not agreed, or not any more. */
  | ConsentRefusal
  /** More was to be given back than was charged. */
  | { reason: 'refund'; charged: number }
  /** It was given back before. */
  | { reason: 'refunded'; credits: number }
  /** Delivery and late output were both charged. */
  | { reason: 'refund_of_which' }
  /** Another late output of the same generation was adopted. */
  | { reason: 'adopted'; attempt_id: string };

/** Met when the generation is written down: the consent was good a moment before. */
export type ConsentRefusal = {
  reason: 'consent';
  consent_id: string;
  state: 'revoked' | 'expired';
};

/** A type and no interface: it is kept as JSON. */
export type BudgetRefusal = {
  reason: 'budget';
  budget_id: string;
  name: string;
  scope: BudgetScope;
  /** Of the scope: which key, workflow, … it was refused for. */
  value: string;
  period: BudgetPeriod;
  limit: number;
  used: number;
  needed: number;
  /** First day of the period, and when the next one begins; null without a period. */
  period_start: string | null;
  resets_at: string | null;
  time_zone: string;
  /** Whether the account has been told of it in this period. */
  told: boolean;
};

const sqlState = 'KN001';

/** What a statement was refused for by the functions that move credits; undefined for every other error. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== sqlState) return undefined;
  return readRefusal(JSON.parse('detail' in error ? String(error.detail) : ''));
}

/** Written by our own functions alone. */
export function readRefusal(detail: Json): Refusal {
  return detail as unknown as Refusal;
}
