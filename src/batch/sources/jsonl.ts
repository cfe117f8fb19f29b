import { z } from 'zod';
import { eitherFileOrUrl, fileOrUrlFields, isFileOrUrl, key } from './file-or-url.ts';
import { parseRecord } from './parse-record.ts';
import { nameOf, readText } from './read-text.ts';
import { type SourceDriver, sourceLimits } from './source.ts';
import { textLines } from './text-lines.ts';

/** An object a line. */
export const jsonlSpec = z
  .strictObject({ driver: z.literal('jsonl'), key, ...fileOrUrlFields })
  .refine(isFileOrUrl, eitherFileOrUrl);

export const jsonlSource: SourceDriver<z.infer<typeof jsonlSpec>> = {
  name: nameOf,
  async *records(spec, context, signal) {
    for await (const line of textLines(readText(spec, context, signal), {
      longest: sourceLimits.recordBytes,
    }))
      if (line.text?.trim() !== '') yield parseRecord(line.text, `line ${line.number}`);
  },
};
