import type { CatchUp } from '../domain/run.ts';
import type { Cron } from './cron.ts';

/** How late a time may be noticed and still count as met: a restart is no standstill. */
export const onTimeSeconds = 300;

/** Times of a standstill are counted in parts, so that a look never takes long. */
const countedAtOnce = 2_000;

/** What is to be done about the times that have come. */
export interface Due {
  /** `run`: at `at`. `miss`: `at` has passed unseen and is not made up for. `count`: there are more, look again. */
  as: 'run' | 'miss' | 'count';
  /** The last of the times that have come. */
  at: Date;
  /** How many came before it, and are not made up for otherwise. */
  missed: number;
  /** The first time that is still to come; or to be counted. */
  next: Date;
}

/**
 * What a schedule asks for at `now`, whose first time not accounted for is `nextDueAt`. Of all times that have come the
 * last one counts: made if it is on time or to be caught up with, so that however long nobody looked, at most one run
 * is made for it. Undefined where none has come.
 */
export function dueAt(
  schedule: { cron: Cron; catchUp: CatchUp; nextDueAt: Date; missed: number },
  now: Date,
): Due | undefined {
  const { cron, catchUp, nextDueAt } = schedule;
  if (nextDueAt > now) return undefined;
  let at = nextDueAt;
  let { missed } = schedule;
  for (let counted = 0; counted < countedAtOnce; counted += 1) {
    const next = cron.next(at);
    if (next > now) {
      const isLate = now.getTime() - at.getTime() > onTimeSeconds * 1_000;
      return { as: isLate && catchUp === 'skip' ? 'miss' : 'run', at, missed, next };
    }
    missed += 1;
    at = next;
  }
  return { as: 'count', at, missed, next: at };
}
