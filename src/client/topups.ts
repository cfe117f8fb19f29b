import type { z } from '@hono/zod-openapi';
import type { newTopupSchema, packListSchema, Topup, TopupPage } from '../contract/payment.ts';
import type { Paged } from './paged.ts';
import { routesOf } from './route.ts';
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
  const route = routesOf(transport);
  return {
    packs: { list: route('GET /v1/packs') },
    topups: {
      create: route('POST /v1/topups body once'),
      get: route('GET /v1/topups/{}'),
      list: route('GET /v1/topups pages'),
    },
  };
}
