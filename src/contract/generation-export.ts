import { z } from '@hono/zod-openapi';
import { usageFilterShape } from './usage.ts';

const { account_id: _, purse: __, ...filterShape } = usageFilterShape;

export const exportFormats = ['csv', 'ndjson'] as const;

export const exportQuerySchema = z.object({
  ...filterShape,
  from: filterShape.from.openapi({
    description: 'A day in the time zone of the account, or a time. Default: the first generation.',
  }),
  format: z.enum(exportFormats).default('csv'),
});
