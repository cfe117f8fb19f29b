import { z } from '@hono/zod-openapi';
import { errorCodes } from '../domain/errors.ts';

/** Every error answer: RFC 9457, `application/problem+json`. */
export const problemSchema = z
  .object({
    type: z.string().openapi({ example: 'about:blank' }),
    title: z.string().openapi({ example: 'Unprocessable Content' }),
    status: z.number().int().openapi({ example: 422 }),
    code: z.enum(errorCodes).openapi({ description: 'What happened, from a closed list. Branch on this.' }),
    detail: z
      .string()
      .openapi({ description: 'What happened, for a person: the thing, its value, what is wrong.' }),
    hint: z.string().optional().openapi({ description: 'What to do about it.' }),
    retryable: z.boolean().openapi({ description: 'Whether the same call may succeed later.' }),
    charged: z.literal(false).openapi({ description: 'A refused call never costs credits.' }),
    doc_url: z.string().openapi({
      description: 'A page that explains the code: when it comes, and what to do.',
      example: 'http://localhost:4700/docs/errors/invalid_duration',
    }),
    request_id: z.string(),
    errors: z
      .array(
        z.object({
          pointer: z.string().openapi({ description: 'JSON pointer into the request body (RFC 6901).' }),
          code: z.enum(errorCodes),
          message: z.string(),
        }),
      )
      .openapi({ description: 'Every fault found in the request.' }),
  })
  .openapi('Problem');

export type Problem = z.infer<typeof problemSchema>;
