import { z } from 'zod';
import { eitherFileOrUrl, fileOrUrlFields, isFileOrUrl, key } from './file-or-url.ts';
import { nameOf, readText } from './read-text.ts';
import type { SourceDriver } from './source.ts';
import { tableRecords } from './table-records.ts';

/** Text with a line for each record and its first line naming the columns. */
export const csvSpec = z
  .strictObject({
    driver: z.literal('csv'),
    key,
    ...fileOrUrlFields,
    delimiter: z
      .string()
      .regex(/^[^"\r\n]$/, {
        error: 'delimiter must be one character, and neither a quote nor a line break.',
      })
      .default(','),
  })
  .refine(isFileOrUrl, eitherFileOrUrl);

export const csvSource: SourceDriver<z.infer<typeof csvSpec>> = {
  name: nameOf,
  records: (spec, context, signal) =>
    tableRecords(readText(spec, context, signal), {
      name: nameOf(spec),
      delimiter: spec.delimiter,
      key: spec.key,
    }),
};
