import type { Json } from '../domain/json.ts';

/** Why the database would not move credits. */
export type Refusal =
  | { reason: 'credits'; available: number }
  | {
      reason: 'budget';
      budget_id: string;
      name: string;
      value: string;
      limit: number;
      used: number;
      period_start: string | null;
    }
  /** More was to be given back than was charged. */
  | { reason: 'refund'; charged: number }
  /** It was given back before. */
  | { reason: 'refunded'; credits: number }
  /** Delivery and late output were both charged. */
  | { reason: 'refund_of_which' }
  /** Another late output of the same generation was adopted. */
  | { reason: 'adopted'; attempt_id: string };

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
