import { stringify } from 'csv-stringify/sync';

/** How one row of a run ended; the columns of `results.csv`. */
export interface Result {
  key: string;
  title: string;
  prompt: string;
  /** `invalid`: never asked for. `unfinished`: the run stopped before its end. */
  status: 'complete' | 'failed' | 'invalid' | 'unfinished';
  generation_id: string | null;
  seconds: number | null;
  width: number | null;
  height: number | null;
  bytes: number | null;
  credits: number | null;
  /** Of the video, relative to the output folder. */
  path: string | null;
  /** Of its still, relative to the output folder. */
  poster: string | null;
  error: string | null;
}

const columns = [
  'key',
  'status',
  'generation_id',
  'seconds',
  'width',
  'height',
  'bytes',
  'credits',
  'path',
  'error',
] as const satisfies readonly (keyof Result)[];

export const resultsHead = `${columns.join()}\n`;

/** A cell that a spreadsheet would run as a formula gets an apostrophe in front. */
export function resultLine(result: Result): string {
  return stringify([columns.map((column) => result[column])], { escape_formulas: true });
}
