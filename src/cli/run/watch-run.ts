import type { EndedRow, RunFollower, RunProgress } from '../../batch/run/follow-batches.ts';
import { program } from '../again.ts';
import type { Output } from '../output.ts';
import { duration } from '../plan/print-plan.ts';
import type { Progress } from '../progress.ts';
import type { Style } from '../style.ts';
import { oneLine } from '../text-width.ts';

/** Rows beyond so many end without a line of their own, unless they fail. */
const mostLines = 200;

const saidEveryMs = 15_000;

/** Shows a run: a bar for each row in the making, a line for each that has ended, and below how it all stands. */
export function watchRun(
  output: Output,
  progress: Progress,
  now: () => number = performance.now.bind(performance),
): RunFollower {
  let shown = new Set<string>();
  let rows = 0;
  let saidAt = now();
  let saidParked = '';
  return {
    wantsRunning: output.isLive,
    onProgress(state) {
      rows = state.rows;
      progress.total(`  ${totalLine(state)}`);
      const parked = parkedLine(state);
      if (parked !== saidParked && parked !== '')
        output.note(`  ${output.errorStyle.careful('‖')} ${parked}`);
      saidParked = parked;
      if (output.isLive || now() - saidAt < saidEveryMs) return;
      saidAt = now();
      output.note(`  ${totalLine(state)}`);
    },
    onRunning(generations) {
      const running = new Set(generations.map(({ id }) => id));
      for (const id of shown) if (!running.has(id)) progress.hide(id);
      for (const { id, metadata, progress: made } of generations)
        progress.show(id, {
          label: String(metadata['title'] ?? metadata['record_key'] ?? id),
          fraction: made.fraction,
          doing: made.phase ?? 'being made',
        });
      shown = running;
    },
    onEnd(row) {
      output.data({ row: { ...row, status: row.made ? 'complete' : 'failed' } });
      if (rows <= mostLines || !row.made) output.note(endLine(row, output.errorStyle));
    },
  };
}

const number = (value: number) => value.toLocaleString('en');

function totalLine({
  rows,
  made,
  failed,
  running,
  waiting,
  parked,
  seconds,
  credits,
  etaSeconds,
}: RunProgress): string {
  const parts = [
    `${number(made)} of ${number(rows)} made`,
    ...(failed > 0 ? [`${number(failed)} failed`] : []),
    ...(running > 0 ? [`${number(running)} being made`] : []),
    ...(waiting > 0 ? [`${number(waiting)} waiting`] : []),
    ...(parked > 0 ? [`${number(parked)} parked`] : []),
  ];
  const spent = [
    ...(seconds > 0 ? [`${number(Math.round(seconds))} s`] : []),
    ...(credits.charged + credits.held > 0
      ? [`${number(credits.charged)} credits, ${number(credits.held)} held`]
      : []),
    ...(etaSeconds === undefined || running + waiting === 0
      ? []
      : [`ready in about ${duration(etaSeconds)}`]),
  ];
  return [parts.join(', '), ...spent].join('  ·  ');
}

/** What keeps rows, and that they go on by themselves. Empty where nothing does. */
export function parkedLine({ parked, stoppedBy }: Pick<RunProgress, 'parked' | 'stoppedBy'>): string {
  if (parked === 0) return '';
  const rows = `${number(parked)} ${parked === 1 ? 'row waits' : 'rows wait'}`;
  if (stoppedBy?.['reason'] === 'key_revoked')
    return `${rows}: the key that has sent them is revoked. They go on with the key that resumes their batch: ${program} batches resume.`;
  return `${rows} for ${waitsFor(stoppedBy)}. They go on by themselves when that is raised.`;
}

function waitsFor(stop: Record<string, unknown> | undefined): string {
  const figure = (name: string) => Number(stop?.[name] ?? 0).toLocaleString('en');
  if (stop?.['reason'] === 'credits') return `credits: ${figure('available')} are available`;
  if (stop?.['reason'] === 'budget')
    return `the budget "${oneLine(String(stop['name']))}": ${figure('used')} of ${figure('limit')} credits are used`;
  return String(stop?.['reason'] ?? 'a budget').replaceAll('_', ' ');
}

function endLine({ key, title, made, seconds, credits, error }: EndedRow, style: Style): string {
  const name = title === key ? oneLine(key) : `${oneLine(title)} ${style.faint(oneLine(key))}`;
  if (!made) return `  ${style.bad('✗')} ${name}: ${oneLine(error ?? 'it failed')}`;
  const price = credits === null || credits === 0 ? '' : `, ${number(credits)} credits`;
  return `  ${style.good('✓')} ${name} ${style.faint(`${(seconds ?? 0).toFixed(1)} s${price}`)}`;
}
