import { z } from 'zod';

/** What a provider's process tells its parent once it listens. */
export const providerReportSchema = z.strictObject({ origin: z.url() });

export type ProviderReport = z.infer<typeof providerReportSchema>;
