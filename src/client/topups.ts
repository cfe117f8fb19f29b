import type { z } from '@hono/zod-openapi';
import type { newTopupSchema, packListSchema, Topup, TopupPage } from '../contract/payment.ts';
import { listPaged, type Paged } from './paged.ts';
import type { Transport } from './transport.ts';

type Options = { signal?: AbortSignal };

export interface TopupCalls {
  packs: { list(options?: Options): Promise<z.infer<typeof packListSchema>> };
  topups: {
    /** Retried with one idempotency key, so that a lost answer never makes two purchases. */
    create(
      body: z.input<typeof newTopupSchema>,
      options?: Options & { idempotencyKey?: string },
    ): Promise<Topup>;
    get(id: string, options?: Options): Promise<Topup>;
    list(query?: { limit?: number; cursor?: string }, options?: Options): Paged<TopupPage>;
  };
}

export function topupCalls(transport: Transport): TopupCalls {
  return {
    packs: { list: ({ signal } = {}) => transport.call({ method: 'GET', path: '/v1/packs', signal }) },
    topups: {
      create: (body, { idempotencyKey = crypto.randomUUID(), signal } = {}) =>
        transport.call({ method: 'POST', path: '/v1/topups', json: body, idempotencyKey, signal }),
      get: (id, { signal } = {}) =>
        transport.call({ method: 'GET', path: `/v1/topups/${encodeURIComponent(id)}`, signal }),
      list: (query = {}, options) => listPaged(transport, '/v1/topups', query, options),
    },
  };
}
