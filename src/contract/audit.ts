import { z } from '@hono/zod-openapi';
import { moment, page } from './query.ts';

export const auditQuerySchema = z.object({
  account_id: z.string().optional().openapi({ description: 'With the operator key: of this account alone.' }),
  actor: z.string().optional().openapi({ description: '`operator`, `system` or the id of a key.' }),
  action: z.string().optional().openapi({
    description: 'A whole action such as `key.revoked`, or the part before its dot for all of a kind.',
    example: 'key',
  }),
  target: z.string().optional().openapi({ description: 'The id of what it was done to.' }),
  from: moment('from').optional().openapi({ description: 'From then on.' }),
  to: moment('to').optional().openapi({ description: 'Before then.' }),
  ...page(50, 500),
});

export const auditEntrySchema = z
  .object({
    id: z.number().int(),
    object: z.literal('audit_entry'),
    account_id: z.string().nullable(),
    actor: z.string().openapi({ description: '`operator`, `system` or the id of a key.' }),
    action: z.string().openapi({ example: 'key.revoked' }),
    target: z.string(),
    details: z.record(z.string(), z.unknown()),
    created_at: z.string(),
  })
  .openapi('AuditEntry');

export type AuditEntry = z.infer<typeof auditEntrySchema>;

export const auditPageSchema = z
  .object({
    object: z.literal('list'),
    data: z.array(auditEntrySchema),
    next_cursor: z.string().nullable(),
  })
  .openapi('AuditPage');

export type AuditPage = z.infer<typeof auditPageSchema>;
