import { z } from 'zod';
import { environmentName, text, wholeNumber } from '../spec-fields.ts';
import { key } from './file-or-url.ts';

/** The rows of one query, read in a transaction that cannot write. */
export const postgresSpec = z.strictObject({
  driver: z.literal('postgres'),
  key,
  query: text('query'),
  url_env: environmentName('url_env'),
  /** For the query to begin to answer, and for each part of its rows. */
  timeout_seconds: wholeNumber('timeout_seconds', 1, 3_600).default(300),
});
