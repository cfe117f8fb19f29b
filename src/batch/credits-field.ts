import { z } from 'zod';

/** A number of credits that a workflow may spend; absent: as many as it needs. */
export const credits = (field: string) =>
  z
    .int({ error: `${field} must be a whole number of credits.` })
    .min(0, { error: `${field} must be at least 0.` })
    .max(1_000_000_000, { error: `${field} is at most 1000000000.` })
    .optional();
