import { z } from 'zod';
import { flag, text } from '../spec-fields.ts';

/** A folder of videos named by factor code, and the sheet that uploads them in bulk. */
export const adsSinkSpec = z.strictObject({
  driver: z.literal('ads'),
  folder: text('folder'),
  /** Columns of the source for the sheet, such as headlines. */
  columns: z.array(text('columns')).default([]),
  allow_local: flag('allow_local'),
});
