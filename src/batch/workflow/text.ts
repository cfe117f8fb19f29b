import { z } from 'zod';

/** A text of the workflow file that is not empty. */
export const text = (field: string) =>
  z.string({ error: `${field} must be a text.` }).min(1, { error: `${field} must not be empty.` });

export const trueOrFalse = (field: string) => z.boolean({ error: `${field} must be true or false.` });
