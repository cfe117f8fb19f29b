import { z } from 'zod';
import { flag, text } from '../spec-fields.ts';

/** A table with a line for each result. */
export const csvSinkSpec = z.strictObject({
  driver: z.literal('csv'),
  path: text('path'),
  /** Columns of the source that come after the key. */
  columns: z.array(text('columns')).default([]),
  allow_local: flag('allow_local'),
});
