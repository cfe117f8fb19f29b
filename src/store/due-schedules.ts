import type { Purse } from '../domain/credits.ts';
import type { CatchUp, Overlap } from '../domain/run.ts';
import type { Db } from './db.ts';

/** A schedule whose time has come, locked for the transaction. */
export interface DueSchedule {
  accountId: string;
  purse: Purse;
  workflow: string;
  /** Of the newest definition, and as whom it runs. */
  version: number;
  keyId: string;
  cron: string;
  timeZone: string;
  catchUp: CatchUp;
  overlap: Overlap;
  rehearse: boolean;
  nextDueAt: Date;
  missed: number;
  now: Date;
}

/** The one due for longest that nobody else looks at. Must run in a transaction. */
export async function takeDueSchedule(db: Db): Promise<DueSchedule | undefined> {
  const [row] = await db.query<DueSchedule>(
    `select s.account_id as "accountId", s.purse, s.workflow, w.version, w.definition_key_id as "keyId", s.cron,
      s.time_zone as "timeZone", s.catch_up as "catchUp", s.overlap, s.rehearse, s.next_due_at as "nextDueAt", s.missed,
      kinora_now() as now
    from schedules s
    join workflows w on w.account_id = s.account_id and w.purse = s.purse and w.name = s.workflow
    where s.next_due_at <= kinora_now() order by s.next_due_at limit 1 for update of s skip locked`,
  );
  return row;
}

export async function moveSchedule(
  db: Db,
  { accountId, purse, workflow }: DueSchedule,
  to: { nextDueAt: Date; missed: number },
): Promise<void> {
  await db.query(
    `update schedules set next_due_at = $4, missed = $5 where account_id = $1 and purse = $2 and workflow = $3`,
    [accountId, purse, workflow, to.nextDueAt, to.missed],
  );
}
