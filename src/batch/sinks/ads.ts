import { join } from 'node:path';
import { z } from 'zod';
import { csvLine } from '../../domain/csv-line.ts';
import { AppError } from '../../domain/errors.ts';
import { pathIn } from '../files.ts';
import { flag, text } from '../spec-fields.ts';
import { asRehearsal, rehearsalPath, replaceFile } from './replace-file.ts';
import { admitted, type MadeResult, madeOnly, type OpenReport, openReport } from './report.ts';
import { asCell, columnOf, headings } from './result-fields.ts';
import type { Sink, SinkContext } from './sink.ts';

/** A folder of videos named by factor code, and the sheet that uploads them in bulk. */
export const adsSinkSpec = z.strictObject({
  driver: z.literal('ads'),
  folder: text('folder'),
  /** Columns of the source for the sheet, such as headlines. */
  columns: z.array(text('columns')).default([]),
  allow_local: flag('allow_local'),
});

type AdsSinkSpec = z.infer<typeof adsSinkSpec>;

const ownColumns = ['name', 'code', 'video_file', 'video_url', 'ai_made', 'rehearsal'];

/** Every platform takes names of these signs, and so does every disk. */
const codePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

export function adsSink(spec: AdsSinkSpec, context: SinkContext): Sink {
  return {
    name: spec.folder,
    isWhole: true,
    async write(results, signal) {
      const report = openReport();
      const { isRehearsal, all } = await asRehearsal(
        admitted(results, { report, allowLocal: spec.allow_local, signal }),
      );
      const sheet = isRehearsal ? rehearsalPath('bulk-upload.csv') : 'bulk-upload.csv';
      const path = pathIn(context.folder, join(spec.folder, sheet));
      const made = madeOnly(all, report);
      await replaceFile(path, lines(made, { spec, context, report, signal }), signal);
      return report.close();
    },
  };
}

interface Work {
  spec: AdsSinkSpec;
  context: SinkContext;
  report: OpenReport;
  signal: AbortSignal;
}

/** A line once its video lies in the folder. */
async function* lines(
  results: AsyncIterable<MadeResult>,
  { spec, context, report, signal }: Work,
): AsyncGenerator<string, void, undefined> {
  yield csvLine(['name', 'code', ...headings(spec.columns, ownColumns), ...ownColumns.slice(2)]);
  const keys = new Map<string, string>();
  for await (const result of results) {
    const { key, code = '', rehearsal } = result;
    const before = keys.get(code.toLowerCase());
    if (!codePattern.test(code)) {
      report.refuse(
        key,
        `its code "${code}" names no file: it needs 1 to 100 letters, digits, ".", "_" or "-".`,
      );
      continue;
    }
    if (before !== undefined) {
      report.refuse(key, `its code "${code}" is that of ${before} already.`);
      continue;
    }
    const file = join('videos', `${code}${rehearsal ? '.rehearsal' : ''}.mp4`);
    const fault = await copyVideo(result, file, { spec, context, report, signal });
    if (fault !== undefined) {
      report.refuse(key, fault);
      continue;
    }
    keys.set(code.toLowerCase(), key);
    const columns = spec.columns.map((column) => asCell(columnOf(result, column)));
    yield csvLine([key, code, ...columns, file, result.video_url, result.ai_made, rehearsal]);
    report.written();
  }
}

/** Why there is no video, if there is none. */
async function copyVideo(
  result: MadeResult,
  file: string,
  { spec, context, signal }: Work,
): Promise<string | undefined> {
  const path = pathIn(context.folder, join(spec.folder, file));
  try {
    await replaceFile(path, context.content(result, 'video', signal), signal);
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return `its video could not be copied: ${error.message}`;
  }
}
