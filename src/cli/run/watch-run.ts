import type { Result } from '../../batch/results.ts';
import type { GenerationEvent } from '../../contract/generation.ts';
import type { Output } from '../output.ts';
import type { Progress } from '../progress.ts';
import type { Style } from '../style.ts';
import { oneLine } from '../text-width.ts';
import type { RunWatcher } from './run-workflow.ts';

/** Shows a run: a bar for each row that is being made, a line for each that has ended. */
export function watchRun(output: Output, progress: Progress): RunWatcher {
  let rows = 0;
  let ended = 0;
  const running = new Set<string>();
  const waiting = new Map<string, string>();
  const total = () => {
    const why = new Set(waiting.values());
    const inLine = waiting.size === 0 ? '' : `, ${waiting.size} ${[...why].join(' or ')}`;
    progress.total(`  ${ended} of ${rows} done, ${running.size} being made${inLine}`);
  };
  return {
    onPlan(plan) {
      rows = plan.rows.length;
      const { finished, invalid } = plan;
      const kept = finished === 0 ? '' : `, ${finished} of them finished before`;
      output.note(`${rows} row${rows === 1 ? '' : 's'}${kept}`);
      for (const { notes, key } of plan.rows)
        for (const note of notes) output.note(`  ${oneLine(key)}: ${oneLine(note)}`);
      for (const { error } of invalid) output.problem(oneLine(error));
    },
    onProgress(row, event) {
      running.delete(row.key);
      waiting.delete(row.key);
      if (event.status === 'pending') {
        waiting.set(row.key, doingOf(event));
        progress.hide(row.key);
      }
      if (event.status === 'processing') {
        running.add(row.key);
        const { fraction } = event.progress;
        progress.show(row.key, { label: row.title, fraction, doing: doingOf(event) });
      }
      total();
    },
    onEnd(row, how, result) {
      ended += 1;
      running.delete(row.key);
      waiting.delete(row.key);
      total();
      output.data({ row: forPrograms(result) });
      if (how !== 'kept') progress.end(row.key, lineOf(result, output.errorStyle));
    },
  };
}

export function doingOf({
  status,
  waiting_on: waitingOn,
  progress,
}: Pick<GenerationEvent, 'status' | 'waiting_on' | 'progress'>): string {
  if (status === 'pending')
    return waitingOn === 'account_concurrency' ? 'in line: the account is at its limit' : 'in line';
  return progress.phase ?? 'being made';
}

/** The figures of a row, under names that stay. */
export function forPrograms({ key, status, path, seconds, width, height, bytes, credits, error }: Result) {
  return { key, status, path, seconds, width, height, bytes, credits, error };
}

function lineOf({ key, title, status, seconds, credits, error }: Result, style: Style): string {
  const name = title === key ? oneLine(key) : `${oneLine(title)} ${style.faint(oneLine(key))}`;
  if (status !== 'complete') return `  ${style.bad('✗')} ${name}: ${oneLine(error ?? 'it failed')}`;
  const price = credits === null || credits === 0 ? '' : `, ${credits.toLocaleString('en')} credits`;
  return `  ${style.good('✓')} ${name} ${style.faint(`${(seconds ?? 0).toFixed(1)} s${price}`)}`;
}
