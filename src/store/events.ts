import type { EventType } from '../domain/event.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Db } from './db.ts';

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

/** Writes an event that is about an account and none of its generations. Answers its number. */
export async function insertAccountEvent(
  db: Db,
  event: { accountId: string; type: EventType; data: JsonObject },
): Promise<number> {
  const [row] = await db.query<{ id: number }>(
    'insert into events (account_id, type, data) values ($1, $2, $3) returning id',
    [event.accountId, event.type, JSON.stringify(event.data)],
  );
  if (row === undefined) throw new Error('the event was not written');
  return row.id;
}
