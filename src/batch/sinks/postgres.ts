import { z } from 'zod';
import { environmentName, flag, text, wholeNumber } from '../spec-fields.ts';

/** One statement for each made result, its parameters in the order of `values`. */
export const postgresSinkSpec = z.strictObject({
  driver: z.literal('postgres'),
  url_env: environmentName('url_env'),
  /** One UPDATE … WHERE …, or INSERT … ON CONFLICT …. */
  update: text('update'),
  /** Fields of a result, or `row.` and a column of the source. */
  values: z.array(text('values')).min(1, { error: 'values must name what $1 stands for.' }),
  timeout_seconds: wholeNumber('timeout_seconds', 1, 3_600).default(60),
  rehearsals: flag('rehearsals'),
  allow_local: flag('allow_local'),
});
