import { join, relative } from 'node:path';
import type { Result } from '../../batch/results.ts';
import { Interrupted, NotMade } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { table } from '../table.ts';
import { oneLine } from '../text-width.ts';
import type { RunOutcome } from './run-workflow.ts';
import { forPrograms } from './watch-run.ts';

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

/** The table of a run for a person; its last line for a program. */
export function sayResults(
  output: Output,
  { outcome, folder, elapsedSeconds }: { outcome: RunOutcome; folder: string; elapsedSeconds: number },
): void {
  const { results, contactSheet, resultsCsv } = outcome;
  output.data({
    videos: madeVideos(results, folder),
    not_made: results.filter(({ status }) => status !== 'complete').map(forPrograms),
    contact_sheet: contactSheet,
    results_csv: resultsCsv,
    elapsed_seconds: Number(elapsedSeconds.toFixed(1)),
  });
  sayVideos(output, madeVideos(results, folder), elapsedSeconds);
}

export function sayVideos(output: Output, videos: readonly MadeVideo[], elapsedSeconds: number): void {
  if (videos.length === 0) return;
  const lines = table(
    videos,
    [
      { head: 'KEY', cell: ({ key }) => oneLine(key) },
      { head: 'SECONDS', align: 'right', cell: ({ seconds }) => seconds.toFixed(2) },
      { head: 'SIZE', align: 'right', cell: ({ width, height }) => `${width} × ${height}` },
      { head: 'MB', align: 'right', cell: ({ bytes }) => (bytes / 1e6).toFixed(1) },
      { head: 'CREDITS', align: 'right', cell: ({ credits }) => credits.toLocaleString('en') },
      { head: 'PATH', cell: ({ path }) => relative('', path) },
    ],
    output.style,
  );
  output.line();
  for (const line of lines) output.line(line);
  const credits = videos.reduce((sum, video) => sum + video.credits, 0);
  output.line();
  output.line(
    `${videos.length} video${videos.length === 1 ? '' : 's'}, ${credits.toLocaleString('en')} credits, ${elapsedSeconds.toFixed(0)} s`,
  );
}

/** Throws what the exit code is to be: nothing where every row has its video. */
export function concludeRun(
  output: Output,
  { results, stoppedBy }: Pick<RunOutcome, 'results' | 'stoppedBy'>,
  again: string,
): void {
  const missing = results.filter(({ status }) => status !== 'complete').length;
  if (stoppedBy instanceof Interrupted)
    throw new Interrupted(
      missing === 0
        ? 'Stopped.'
        : `Stopped with ${missing} of ${results.length} rows unfinished. To go on: ${again}`,
    );
  if (stoppedBy !== undefined) {
    output.note(`${missing} of ${results.length} rows have no video yet. To go on: ${again}`);
    throw stoppedBy;
  }
  if (missing > 0)
    throw new NotMade(`${missing} of ${results.length} rows have no video. To try those again: ${again}`);
}
