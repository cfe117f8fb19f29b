import { z } from 'zod';
import { catchUps, overlaps } from '../../domain/run.ts';
import { readCron } from '../../schedules/cron.ts';
import { credits } from '../credits-field.ts';
import { text } from '../spec-fields.ts';

/** When the server runs the workflow by itself, once it is stored there (R21). */
export const scheduleSchema = z
  .strictObject({
    cron: text('cron')
      .max(200, { error: 'cron has at most 200 characters.' })
      .describe('Minute, hour, day of the month, month, day of the week: "0 6 * * *" is every day at six.'),
    time_zone: text('time_zone')
      .max(60, { error: 'time_zone has at most 60 characters.' })
      .default('UTC')
      .describe('An IANA name, such as Europe/Vienna.'),
    catch_up: z
      .enum(catchUps, { error: 'catch_up must be skip or once.' })
      .default('skip')
      .describe('What becomes of times that passed while the server was down: nothing, or one run for all.'),
    overlap: z
      .enum(overlaps, { error: 'overlap must be skip or wait.' })
      .default('skip')
      .describe('What becomes of a time at which the run before is not done: left out, or begun afterwards.'),
    enabled: z
      .boolean({ error: 'enabled must be true or false.' })
      .default(true)
      .describe('Whether it is run at all.'),
    rehearse: z
      .boolean({ error: 'rehearse must be true or false.' })
      .default(false)
      .describe('Make free drafts on the embedded engine instead of the videos: they are of no record.'),
    max_credits: credits('max_credits').describe('A run makes nothing if its plan costs more.'),
  })
  .superRefine(({ cron, time_zone: timeZone }, context) => {
    try {
      readCron(cron, timeZone);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const field = error.message.startsWith('time_zone') ? 'time_zone' : 'cron';
      context.addIssue({ code: 'custom', path: [field], message: error.message });
    }
  });
