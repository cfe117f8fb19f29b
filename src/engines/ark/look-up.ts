import type { LookUpResult, SoughtAttempt } from '../../domain/engine.ts';
import type { Answer } from '../json-api.ts';
import { markOf } from './attempt-mark.ts';
import { listSchema, type Task } from './wire.ts';

const pageSize = 500;
const mostPages = 40;

/** How far the list reaches back, with an hour to spare. */
const listedSeconds = 7 * 86_400 - 3_600;

/** How far the clocks of both sides may lie apart. */
const skewSeconds = 600;

/**
 * Looks for the task of an attempt in the list of the last week. It is not there for certain only if every task of that
 * time is somebody else's for certain: one that does not tell what it is known by leaves it open.
 */
export async function lookUpTask(
  sought: SoughtAttempt,
  given: { readPage(page: { number: number; size: number }): Promise<Answer>; now: number },
): Promise<LookUpResult> {
  if (sought.startedSecondsAgo > listedSeconds)
    return {
      status: 'undecided',
      message: 'Its answer was lost more than a week ago, and ModelArk lists the tasks of seven days alone.',
    };
  const since = given.now / 1_000 - sought.startedSecondsAgo - skewSeconds;
  let isOpen = false;
  let seen = 0;
  const found = new Set<string>();
  for (let number = 1; number <= mostPages; number += 1) {
    const answer = await given.readPage({ number, size: pageSize });
    if (answer.status !== 'answered') return unavailable(answer.message);
    const list = answer.code === 200 ? listSchema.safeParse(answer.body) : undefined;
    if (list?.success !== true) return unavailable(`ModelArk answered ${answer.code} and listed no tasks.`);
    const { items, total } = list.data;
    for (const task of items.filter(({ created_at }) => (created_at ?? since) >= since)) {
      const likeness = likenessOf(task, sought);
      if (likeness === 'other' || (await sought.isAnothers?.({ task_id: task.id })) === true) continue;
      if (likeness === 'same') found.add(task.id);
      else isOpen = true;
    }
    seen += items.length;
    if (items.length === 0 || seen >= total || endsBefore(items, since)) return verdict(found, isOpen);
  }
  return unavailable('ModelArk lists too many tasks.');
}

function verdict(found: ReadonlySet<string>, isOpen: boolean): LookUpResult {
  const [task] = found;
  if (found.size > 1) return unavailable('More than one task could be the one.');
  if (task !== undefined) return { status: 'found', handle: { task_id: task } };
  return isOpen ? unavailable('A task of that time does not tell whose it is.') : { status: 'not_found' };
}

/**
 * What a task does not tell of cannot differ. One that has our mark and yet differs in something else may be ours, told of
 * in other words: a mark is one of many thousands, so that is not for certain.
 */
function likenessOf(task: Task, { attemptId, plan }: SoughtAttempt): 'same' | 'open' | 'other' {
  const isMarked = task.execution_expires_after === markOf(attemptId);
  const pairs = [
    [task.execution_expires_after, markOf(attemptId)],
    [task.seed, plan.seed],
    [task.duration, plan.durationSeconds],
    [task.ratio, plan.aspectRatio],
  ];
  if (pairs.some(([told, ours]) => told !== undefined && told !== null && told !== ours))
    return isMarked ? 'open' : 'other';
  return isMarked ? 'same' : 'open';
}

/** Whether the list goes from new to old and is past the time in question. */
function endsBefore(items: readonly Task[], since: number): boolean {
  const times = items.flatMap(({ created_at }) => (typeof created_at === 'number' ? [created_at] : []));
  const [first = 0] = times;
  const last = times.at(-1) ?? 0;
  const isFalling = times.every((time, index) => index === 0 || (times[index - 1] ?? 0) >= time);
  return times.length === items.length && isFalling && last < since && first > last;
}

const unavailable = (message: string): LookUpResult => ({ status: 'unavailable', message });
