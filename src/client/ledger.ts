import type { z } from '@hono/zod-openapi';
import type {
  Adjustment,
  adjustmentRequestSchema,
  grantPageSchema,
  LedgerCheck,
  Refund,
  refundRequestSchema,
} from '../contract/ledger.ts';
import type { Paged } from './paged.ts';
import { routesOf } from './route.ts';
import type { Transport } from './transport.ts';

type Options = { signal?: AbortSignal };
type OnceOptions = Options & { idempotencyKey?: string };

export type GrantPage = z.infer<typeof grantPageSchema>;

/** What the operator does with the books: the client then has the operator key. */
export interface LedgerCalls {
  ledger: {
    /** With an account's key: where its credits came from, newest first. */
    grants(query?: { limit?: number; cursor?: string }, options?: Options): Paged<GrantPage>;
    /** Retried with one idempotency key, so that it is done once; so is a refund. */
    adjust(
      accountId: string,
      body: z.input<typeof adjustmentRequestSchema>,
      options?: OnceOptions,
    ): Promise<Adjustment>;
    refund(
      generationId: string,
      body: z.input<typeof refundRequestSchema>,
      options?: OnceOptions,
    ): Promise<Refund>;
    /** Sums up all books again. */
    check(options?: Options): Promise<LedgerCheck>;
  };
}

export function ledgerCalls(transport: Transport): LedgerCalls {
  const route = routesOf(transport);
  return {
    ledger: {
      grants: route('GET /v1/credits/grants pages'),
      adjust: route('POST /v1/accounts/{}/adjustments body once'),
      refund: route('POST /v1/generations/{}/refund body once'),
      check: route('GET /v1/ledger/check'),
    },
  };
}
