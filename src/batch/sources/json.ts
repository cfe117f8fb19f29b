import { z } from 'zod';
import { text } from '../spec-fields.ts';
import { eitherFileOrUrl, fileOrUrlFields, isFileOrUrl, key } from './file-or-url.ts';

/** A list of objects, or an object with such a list in its field `items`. */
export const jsonSpec = z
  .strictObject({ driver: z.literal('json'), key, ...fileOrUrlFields, items: text('items').optional() })
  .refine(isFileOrUrl, eitherFileOrUrl);
