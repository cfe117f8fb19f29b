import { z } from 'zod';
import { eitherFileOrUrl, fileOrUrlFields, isFileOrUrl, key } from './file-or-url.ts';

/** A product feed as Google Merchant Center takes it: RSS or Atom with its namespace, or text with tabs. */
export const merchantSpec = z
  .strictObject({
    driver: z.literal('merchant'),
    key: key.default('id'),
    ...fileOrUrlFields,
    /** By the first sign of the text when absent. */
    format: z.enum(['xml', 'tsv'], { error: 'format must be xml or tsv.' }).optional(),
  })
  .refine(isFileOrUrl, eitherFileOrUrl);
