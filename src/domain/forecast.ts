/** Credits of one grant, as they will be taken. */
export interface Supply {
  credits: number;
  /** What is left of it then is gone. */
  expiresAt: Date | null;
}

const dayMs = 86_400_000;

/** Beyond this a forecast says nothing: nobody's pace holds for ten years. */
export const horizonDays = 3_650;

/**
 * In how many days the credits are used up at an even pace, each grant in its turn and until it expires. Undefined
 * without a pace, and beyond ten years.
 */
export function daysUntilEmpty(
  supplies: readonly Supply[],
  creditsPerDay: number,
  now: Date,
): number | undefined {
  if (creditsPerDay <= 0) return undefined;
  let days = 0;
  for (const { credits, expiresAt } of supplies) {
    const lasts = days + credits / creditsPerDay;
    const expires =
      expiresAt === null ? Number.POSITIVE_INFINITY : (expiresAt.getTime() - now.getTime()) / dayMs;
    days = Math.max(days, Math.min(lasts, expires));
    if (days > horizonDays) return undefined;
  }
  return days;
}

/** The moment that lies so many days ahead. */
export function daysAhead(now: Date, days: number): Date {
  return new Date(now.getTime() + days * dayMs);
}

/** The calendar day of a moment, as in 2026-03-01. */
export function dayIn(at: Date, timeZone: string): string {
  return at.toLocaleDateString('sv-SE', { timeZone });
}
