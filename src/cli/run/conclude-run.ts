import { basename, dirname, join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Result } from '../../batch/results.ts';
import { KinoraError } from '../../client/index.ts';
import { Interrupted, NotMade } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { type Column, table } from '../table.ts';
import { oneLine, widthOf } from '../text-width.ts';
import type { RunOutcome } from './run-opened.ts';
import { parkedLine } from './watch-run.ts';

/** A finished video, under names that stay. */
export interface MadeVideo {
  key: string;
  path: string;
  seconds: number;
  width: number;
  height: number;
  bytes: number;
  credits: number;
}

/** Of the rows that are named one by one: all, unless there are very many. */
export function madeVideos(results: readonly Result[], folder: string): MadeVideo[] {
  return results.flatMap(({ key, status, path, seconds, width, height, bytes, credits }) =>
    status === 'complete' && path !== null
      ? [
          {
            key,
            path: join(folder, path),
            seconds: seconds ?? 0,
            width: width ?? 0,
            height: height ?? 0,
            bytes: bytes ?? 0,
            credits: credits ?? 0,
          },
        ]
      : [],
  );
}

/** What a run has come to: a table for a person, its last line for a program. */
export function sayResults(
  output: Output,
  {
    outcome,
    folder,
    elapsedSeconds,
  }: { outcome: RunOutcome; folder: string | undefined; elapsedSeconds: number },
): void {
  const { folder: report, progress, batchIds, sinks } = outcome;
  const videos = madeVideos(report?.results ?? [], folder ?? '');
  output.data({
    videos,
    not_made: (report?.results ?? []).filter(({ status }) => status !== 'complete').map(forPrograms),
    rows: report?.rows ?? null,
    made: report?.made ?? progress?.made ?? 0,
    contact_sheet: report?.contactSheet ?? null,
    results_csv: report?.resultsCsv ?? null,
    batch_ids: batchIds,
    ...(outcome.rehearsed === undefined ? {} : { rehearsal: { made_before: outcome.rehearsed.made } }),
    sinks: sinks.map(({ name, report: { written, checked, delivered = 0, skipped, refused, refusals } }) => ({
      name,
      written,
      ...(outcome.rehearsed === undefined ? { delivered } : { checked }),
      skipped,
      refused,
      refusals,
    })),
    elapsed_seconds: Number(elapsedSeconds.toFixed(1)),
  });
  if (report !== undefined)
    sayVideos(output, { videos, made: report.made, credits: report.credits, elapsedSeconds });
  for (const { name, report: sink } of sinks) {
    const parts = [
      ...(sink.checked > 0
        ? [`${number(sink.checked)} checked and not written, since this is a rehearsal`]
        : [`${number(sink.written)} written`]),
      ...((sink.delivered ?? 0) > 0 ? [`${number(sink.delivered ?? 0)} as delivered before`] : []),
      ...(sink.skipped > 0 ? [`${number(sink.skipped)} without a video`] : []),
      ...(sink.refused > 0 ? [output.style.bad(`${number(sink.refused)} refused`)] : []),
    ];
    output.line(`${output.style.faint('sink')}  ${name}: ${parts.join(', ')}`);
    for (const { key, reason } of sink.refusals.slice(0, mostRefusals))
      output.problem(`${oneLine(key)}: ${oneLine(reason)}`);
  }
}

const mostRefusals = 10;
const mostInTable = 40;

const number = (value: number) => value.toLocaleString('en');

function sayVideos(
  output: Output,
  total: { videos: readonly MadeVideo[]; made: number; credits: number; elapsedSeconds: number },
): void {
  const { videos, made, credits, elapsedSeconds } = total;
  if (made === 0) return;
  output.line();
  for (const line of videoLines(videos.slice(0, mostInTable), output)) output.line(line);
  if (made > mostInTable) output.line(output.style.faint(`… and ${number(made - mostInTable)} more`));
  output.line();
  output.line(
    `${number(made)} video${made === 1 ? '' : 's'}, ${number(credits)} credits, ${elapsedSeconds.toFixed(0)} s`,
  );
}

/** Each with its path; in a terminal that has no room for that, with the name of its file, and the folder once. */
function videoLines(videos: readonly MadeVideo[], { style, width }: Output): string[] {
  const linesWith = (last: Column<MadeVideo>) =>
    table(
      videos,
      [
        { head: 'KEY', cell: ({ key }) => oneLine(key) },
        { head: 'SECONDS', align: 'right', cell: ({ seconds }) => seconds.toFixed(2) },
        { head: 'SIZE', align: 'right', cell: (video) => `${video.width} × ${video.height}` },
        { head: 'MB', align: 'right', cell: ({ bytes }) => (bytes / 1e6).toFixed(1) },
        { head: 'CREDITS', align: 'right', cell: ({ credits }) => number(credits) },
        last,
      ],
      style,
    );
  const whole = linesWith({ head: 'PATH', cell: ({ path }) => relative('', path) });
  if (width === undefined || whole.every((line) => widthOf(stripVTControlCharacters(line)) <= width))
    return whole;
  const folders = [...new Set(videos.map(({ path }) => relative('', dirname(path)) || '.'))];
  return [
    ...linesWith({ head: 'FILE', cell: ({ path }) => basename(path) }),
    ...folders.map((folder) => style.faint(`in ${folder}`)),
  ];
}

/** The figures of a row, under names that stay. */
function forPrograms({ key, status, path, seconds, width, height, bytes, credits, error }: Result) {
  return { key, status, path, seconds, width, height, bytes, credits, error };
}

/** Throws what the exit code is to be: nothing where every row has its video. `again` is the command to come back with. */
export function concludeRun(output: Output, outcome: RunOutcome, again: string): void {
  const { stoppedBy, progress, plan, sent, sinks, batchIds } = outcome;
  if (stoppedBy instanceof Interrupted) {
    const left = progress === undefined ? 0 : progress.rows - progress.ended;
    const where =
      batchIds.length === 0 ? '' : ` ${batchIds.join(', ')} goes on by itself while its server runs.`;
    throw new Interrupted(
      left === 0
        ? 'Stopped.'
        : `Stopped watching with ${number(left)} rows to go.${where} To come back: ${again}`,
    );
  }
  if (stoppedBy !== undefined) throw stoppedBy;
  if (progress !== undefined && progress.parked > 0) {
    const message = `${parkedLine(progress)} To come back: ${again}`;
    if (progress.stoppedBy?.['reason'] === 'credits') throw new KinoraError('insufficient_credits', message);
    throw new NotMade(message);
  }
  if (progress !== undefined && progress.undecided.rows > 0) {
    const { rows, keys } = progress.undecided;
    const named = keys.slice(0, mostRefusals).map(oneLine).join(', ');
    throw new NotMade(
      `${number(rows)} ${rows === 1 ? 'job is' : 'jobs are'} parked: ${named}${rows > mostRefusals ? ' and others' : ''}. The operator decides (kinora reconcile), or the provider says it. To come back then: ${again}`,
    );
  }
  for (const { key, error } of sent?.faults ?? []) output.problem(`${oneLine(key)}: ${oneLine(error)}`);
  const failed = (progress?.failed ?? 0) + (sent?.faults.length ?? 0);
  const missing = failed + plan.counts.invalid;
  if (missing > 0)
    throw new NotMade(
      `${number(missing)} of ${number(plan.counts.rows)} rows have no video${reasonsOf(outcome)}. To try those again: ${again}`,
    );
  const refused = sinks.reduce((sum, { report }) => sum + report.refused, 0);
  if (refused > 0)
    throw new NotMade(`${number(refused)} results could not be written. To write them again: ${again}`);
}

function reasonsOf({ progress, plan }: RunOutcome): string {
  const reasons = [...(progress?.reasons ?? [])].toSorted(([, a], [, b]) => b - a).slice(0, 3);
  const words = reasons.map(([reason, count]) => `${number(count)} × ${oneLine(reason)}`);
  if (plan.counts.invalid > 0) words.push(`${number(plan.counts.invalid)} invalid`);
  return words.length === 0 ? '' : ` (${words.join('; ')})`;
}
