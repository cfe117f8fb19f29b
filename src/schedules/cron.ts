import { CronExpressionParser } from 'cron-parser';

/** Times that come again, in a time zone. */
export interface Cron {
  /** The first time after a moment. */
  next(after: Date): Date;
  /** The first `count` times after a moment. */
  following(after: Date, count: number): Date[];
}

/**
 * Five parts: minute, hour, day of the month, month, day of the week. Where clocks are put forward, a time that does not
 * exist falls an hour later; where they are put back, one that is there twice is the first of the two, unless it comes
 * every hour: then each hour has its own. Throws a RangeError with a sentence for a person.
 */
export function readCron(cron: string, timeZone: string): Cron {
  if (cron.trim().split(/\s+/).length !== 5)
    throw new RangeError(
      'cron has five parts: minute, hour, day of the month, month, day of the week, as in "0 6 * * *".',
    );
  // By chance: it would be another time at each look.
  if (/h/i.test(cron.replace(/thu|mar|march|th/gi, '')))
    throw new RangeError('cron takes no H: say a minute and an hour.');
  if (!isTimeZone(timeZone))
    throw new RangeError(`time_zone must be an IANA name such as Europe/Vienna, not "${timeZone}".`);
  const from = (after: Date) => {
    const expression = CronExpressionParser.parse(cron, { currentDate: after, tz: timeZone });
    return () => expression.next().toDate();
  };
  try {
    from(new Date(0))();
  } catch (cause) {
    throw new RangeError(`cron "${cron}" never comes: ${cause instanceof Error ? cause.message : ''}.`, {
      cause,
    });
  }
  return {
    next: (after) => from(after)(),
    following(after, count) {
      const next = from(after);
      return Array.from({ length: count }, next);
    },
  };
}

/** Whether it is a name of the IANA database. */
function isTimeZone(name: string): boolean {
  try {
    // Offsets such as +01:00 are taken by it too, and by no cron.
    new Intl.DateTimeFormat('en', { timeZone: name });
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}

/** A moment as its clocks show it, with their offset: `2026-11-29T06:00:00+01:00`. */
export function inTimeZone(at: Date, timeZone: string): string {
  const shown = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  }).format(at);
  const [day = '', time = ''] = shown.split(' ');
  const offset = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')
    ?.value.replace('GMT', '');
  return `${day}T${time}${offset === undefined || offset === '' ? '+00:00' : offset}`;
}
