import { z } from 'zod';
import { csvLine } from '../../domain/csv-line.ts';
import { pathIn } from '../files.ts';
import { flag, text } from '../spec-fields.ts';
import { asRehearsal, rehearsalPath, replaceFile } from './replace-file.ts';
import { admitted, type OpenReport, openReport } from './report.ts';
import { asCell, columnOf, fieldOf, headings, resultFields } from './result-fields.ts';
import type { Sink, SinkContext, SinkResult } from './sink.ts';

/** A table with a line for each result. */
export const csvSinkSpec = z.strictObject({
  driver: z.literal('csv'),
  path: text('path'),
  /** Columns of the source that come after the key. */
  columns: z.array(text('columns')).default([]),
  allow_local: flag('allow_local'),
});

/** Cells that a spreadsheet would run as formulas get an apostrophe in front. */
export function csvSink(spec: z.infer<typeof csvSinkSpec>, { folder }: SinkContext): Sink {
  return {
    name: spec.path,
    isWhole: true,
    async write(results, signal) {
      const report = openReport();
      const { isRehearsal, all } = await asRehearsal(
        admitted(results, { report, allowLocal: spec.allow_local, signal }),
      );
      const path = pathIn(folder, isRehearsal ? rehearsalPath(spec.path) : spec.path);
      await replaceFile(path, lines(all, spec.columns, report), signal);
      return report.close();
    },
  };
}

async function* lines(
  results: AsyncIterable<SinkResult>,
  columns: readonly string[],
  report: OpenReport,
): AsyncGenerator<string, void, undefined> {
  const [key, ...fields] = resultFields;
  yield csvLine([key, ...headings(columns, resultFields), ...fields]);
  for await (const result of results) {
    yield csvLine([
      result.key,
      ...columns.map((column) => asCell(columnOf(result, column))),
      ...fields.map((field) => fieldOf(result, field)),
    ]);
    report.written();
  }
}
