import { z } from 'zod';
import { eitherFileOrUrl, fileOrUrlFields, isFileOrUrl, key } from './file-or-url.ts';

/** An object a line. */
export const jsonlSpec = z
  .strictObject({ driver: z.literal('jsonl'), key, ...fileOrUrlFields })
  .refine(isFileOrUrl, eitherFileOrUrl);
