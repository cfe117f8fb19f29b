import { type WorkLine, workLine } from '../pipeline/work-line.ts';
import { readCron } from '../schedules/cron.ts';
import { type Due, dueAt } from '../schedules/due.ts';
import type { Db, Store } from '../store/db.ts';
import { type DueSchedule, moveSchedule, takeDueSchedule } from '../store/due-schedules.ts';
import { findOpenRun, insertRun } from '../store/runs.ts';

/** Makes a run of each time that comes, until stopped. Any number of processes may: a time is met by one of them, once. */
export function startSchedules(
  deps: { store: Store; onUnexpected(error: unknown, doing: string): void },
  stopping: AbortSignal,
): WorkLine {
  return workLine(deps, stopping, {
    doing: 'looking at schedules',
    room: 1,
    async take() {
      // What was due is written down by then; only the next look is left to be begun.
      return (await meetSchedule(deps.store)) ? [async () => {}] : [];
    },
  });
}

/** Looks at the schedule that is due for longest. False if none is. */
export async function meetSchedule(store: Store): Promise<boolean> {
  return store.transaction(async (db) => {
    const schedule = await takeDueSchedule(db);
    if (schedule === undefined) return false;
    const cron = readCron(schedule.cron, schedule.timeZone);
    const due = dueAt({ ...schedule, cron }, schedule.now);
    if (due === undefined) return false;
    await moveSchedule(db, schedule, {
      nextDueAt: due.next,
      missed: due.as === 'count' ? due.missed : 0,
    });
    if (due.as !== 'count') await writeRun(db, schedule, due);
    return true;
  });
}

async function writeRun(db: Db, schedule: DueSchedule, { as, at, missed }: Due): Promise<void> {
  const { workflow, version, keyId, rehearse } = schedule;
  const run = { workflow, version, keyId, rehearse, dueAt: at, missed };
  const skip = (code: string, message: string) => insertRun(db, schedule, run, { code, message });
  if (as === 'miss') {
    const times = missed === 0 ? 'This time' : `${missed + 1} times`;
    await skip('missed', `${times} passed while the server was down. catch_up: once would make up for it.`);
    return;
  }
  const open = await findOpenRun(db, schedule, workflow);
  if (open !== undefined && schedule.overlap === 'skip') {
    await skip('overlap', `${open.id} was not done yet. overlap: wait would have begun it afterwards.`);
    return;
  }
  const queued = await insertRun(db, schedule, run);
  // Where the time is accounted for already, this too changes nothing.
  if (queued === undefined)
    await skip('coalesced', 'A run of an earlier time waits already, and will find all that is new.');
}
