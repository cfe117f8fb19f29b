import { createHash } from 'node:crypto';

const least = 86_400;
const most = 259_200;

/**
 * A number of seconds from one to three days, drawn from the attempt's id. ModelArk takes no key of ours, but it tells of
 * every task after how long it expires, so this is what a lost one is known by, beside its seed and its shape. What it
 * limits does no harm: no task runs for a day.
 */
export function markOf(attemptId: string): number {
  const drawn = createHash('sha256').update(attemptId).digest().readUIntBE(0, 6);
  return least + (drawn % (most - least + 1));
}
