import { z } from 'zod';
import { pathIn } from '../files.ts';
import { flag, text } from '../spec-fields.ts';
import { asRehearsal, rehearsalPath, replaceFile } from './replace-file.ts';
import { admitted, type OpenReport, openReport } from './report.ts';
import { fieldOf, resultFields } from './result-fields.ts';
import type { Sink, SinkContext, SinkResult } from './sink.ts';

/** An object a line for each result, the columns of the source in its `values`. */
export const jsonlSinkSpec = z.strictObject({
  driver: z.literal('jsonl'),
  path: text('path'),
  allow_local: flag('allow_local'),
});

export function jsonlSink(spec: z.infer<typeof jsonlSinkSpec>, { folder }: SinkContext): Sink {
  return {
    name: spec.path,
    isWhole: true,
    async write(results, signal) {
      const report = openReport();
      const { isRehearsal, all } = await asRehearsal(
        admitted(results, { report, allowLocal: spec.allow_local, signal }),
      );
      const path = pathIn(folder, isRehearsal ? rehearsalPath(spec.path) : spec.path);
      await replaceFile(path, lines(all, report), signal);
      return report.close();
    },
  };
}

async function* lines(
  results: AsyncIterable<SinkResult>,
  report: OpenReport,
): AsyncGenerator<string, void, undefined> {
  for await (const result of results) {
    const fields = Object.fromEntries(resultFields.map((field) => [field, fieldOf(result, field)]));
    yield `${JSON.stringify({ ...fields, values: result.values })}\n`;
    report.written();
  }
}
