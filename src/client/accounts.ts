import type { z } from '@hono/zod-openapi';
import type {
  Account,
  accountChangeSchema,
  CreatedKey,
  creditsSchema,
  Grant,
  grantRequestSchema,
  keySchema,
  ledgerPageSchema,
  newAccountSchema,
  newKeySchema,
} from '../contract/account.ts';
import type { estimateRequestSchema, estimateSchema } from '../contract/generation.ts';
import type { Paged } from './paged.ts';
import { routesOf } from './route.ts';
import type { Transport } from './transport.ts';

export type Credits = z.infer<typeof creditsSchema>;
export type Estimate = z.infer<typeof estimateSchema>;
export type Key = z.infer<typeof keySchema>;
export type LedgerPage = z.infer<typeof ledgerPageSchema>;

type Options = { signal?: AbortSignal };

/** What an account does with its own key. */
export interface CreditCalls {
  credits: {
    get(options?: Options): Promise<Credits>;
    /** Newest first. */
    entries(query?: { limit?: number; cursor?: string }, options?: Options): Paged<LedgerPage>;
  };
  estimates: { create(body: z.input<typeof estimateRequestSchema>, options?: Options): Promise<Estimate> };
}

/** What the operator does: the client then has the operator key. */
export interface AccountCalls {
  accounts: {
    /** Never retried by itself: a lost answer may have made the account. */
    create(body: z.input<typeof newAccountSchema>, options?: Options): Promise<Account>;
    list(options?: Options): Promise<Account[]>;
    change(id: string, body: z.input<typeof accountChangeSchema>, options?: Options): Promise<Account>;
    /** Retried with one idempotency key, so that credits are given once. */
    grant(
      accountId: string,
      body: z.input<typeof grantRequestSchema>,
      options?: Options & { idempotencyKey?: string },
    ): Promise<Grant>;
  };
  keys: {
    /** Never retried by itself: the secret is shown once. With the operator key, `account_id` says whose it is. */
    create(body: z.input<typeof newKeySchema>, options?: Options): Promise<CreatedKey>;
    list(options?: Options): Promise<Key[]>;
    revoke(id: string, options?: Options): Promise<Key>;
  };
}

export function accountCalls(transport: Transport): CreditCalls & AccountCalls {
  const route = routesOf(transport);
  return {
    credits: {
      get: route('GET /v1/credits'),
      entries: route('GET /v1/credits/entries pages'),
    },
    estimates: { create: route('POST /v1/estimates body again') },
    accounts: {
      create: route('POST /v1/accounts body'),
      list: route('GET /v1/accounts data'),
      change: route('PATCH /v1/accounts/{} body'),
      grant: route('POST /v1/accounts/{}/grants body once'),
    },
    keys: {
      create: route('POST /v1/keys body'),
      list: route('GET /v1/keys data'),
      revoke: route('DELETE /v1/keys/{}'),
    },
  };
}
