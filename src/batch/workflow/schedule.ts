import { z } from 'zod';
import { text } from '../spec-fields.ts';

/** When the server runs the workflow by itself (R21). */
export const scheduleSchema = z.strictObject({
  cron: text('cron')
    .refine((cron) => cron.trim().split(/\s+/).length === 5, {
      error: 'cron has five parts: minute, hour, day, month, day of the week, as in "0 6 * * *".',
    })
    .describe('Minute, hour, day of the month, month, day of the week: "0 6 * * *" is every day at six.'),
  time_zone: text('time_zone')
    .refine(isTimeZone, { error: 'time_zone must be an IANA name such as Europe/Vienna.' })
    .optional()
    .describe("Default: the account's."),
  catch_up: z
    .enum(['skip', 'once'], { error: 'catch_up must be skip or once.' })
    .default('skip')
    .describe('What becomes of runs that were missed while the server was down: none, or one.'),
  overlap: z
    .enum(['skip', 'wait'], { error: 'overlap must be skip or wait.' })
    .default('skip')
    .describe('What becomes of a run whose predecessor is not done: left out, or begun afterwards.'),
});

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
