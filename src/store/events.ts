import type { JsonObject } from '../domain/json.ts';
import type { Db } from './db.ts';

export const eventTypes = [
  'generation.created',
  'generation.processing',
  'generation.requeued',
  'generation.complete',
  'generation.failed',
  /** Nobody can tell whether its provider has it; an operator or a callback decides. */
  'generation.parked',
  /** A video arrived after the generation had ended otherwise. */
  'generation.late_output',
  'budget.threshold',
  /** A budget has refused something, for the first time in its period. */
  'budget.blocked',
  'balance.low',
  'credits.expired',
  'payment.paid',
  /** Money came, but not what was asked for: no credits were given. */
  'payment.refused',
  'payment.refunded',
] as const;

export type EventType = (typeof eventTypes)[number];

/** Payload is a generation's id: its state or its progress has changed. */
export const generationChannel = 'kinora_generation';

/** Writes an event in the transaction of what it tells, and wakes whoever follows that generation. */
export async function insertEvent(
  db: Db,
  event: { accountId: string; generationId: string; type: EventType; data?: JsonObject },
): Promise<void> {
  await db.query(
    `with event as (insert into events (account_id, generation_id, type, data) values ($1, $2, $3, $4))
    select pg_notify($5, $2)`,
    [event.accountId, event.generationId, event.type, JSON.stringify(event.data ?? {}), generationChannel],
  );
}

/** Writes an event that is about an account and none of its generations. */
export async function insertAccountEvent(
  db: Db,
  event: { accountId: string; type: EventType; data: JsonObject },
): Promise<void> {
  await db.query('insert into events (account_id, type, data) values ($1, $2, $3)', [
    event.accountId,
    event.type,
    JSON.stringify(event.data),
  ]);
}
