import { z } from 'zod';
import { flag, text } from '../spec-fields.ts';

/** An object a line for each result, the columns of the source in its `values`. */
export const jsonlSinkSpec = z.strictObject({
  driver: z.literal('jsonl'),
  path: text('path'),
  allow_local: flag('allow_local'),
});
