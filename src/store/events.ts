import type { Db } from './db.ts';

export const eventTypes = [
  'generation.created',
  'generation.processing',
  'generation.requeued',
  'generation.complete',
  'generation.failed',
] as const;

export type EventType = (typeof eventTypes)[number];

/** Payload is a generation's id: its state or its progress has changed. */
export const generationChannel = 'kinora_generation';

/** Writes an event in the transaction of what it tells, and wakes whoever follows that generation. */
export async function insertEvent(
  db: Db,
  event: { accountId: string; generationId: string; type: EventType },
): Promise<void> {
  await db.query(
    `with event as (insert into events (account_id, generation_id, type) values ($1, $2, $3))
    select pg_notify($4, $2)`,
    [event.accountId, event.generationId, event.type, generationChannel],
  );
}
