import { z } from 'zod';
import { eitherFileOrUrl, fileOrUrlFields, isFileOrUrl, key } from './file-or-url.ts';

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
