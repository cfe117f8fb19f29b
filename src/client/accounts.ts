import type { z } from '@hono/zod-openapi';
import type {
  Account,
  accountChangeSchema,
  CreatedKey,
  creditsSchema,
  Grant,
  grantRequestSchema,
  keyListSchema,
  keySchema,
  ledgerPageSchema,
  newAccountSchema,
  newKeySchema,
} from '../contract/account.ts';
import type { estimateRequestSchema, estimateSchema } from '../contract/generation.ts';
import { listPaged, type Paged } from './paged.ts';
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
  return {
    credits: {
      get: ({ signal } = {}) => transport.call({ method: 'GET', path: '/v1/credits', signal }),
      entries: (query = {}, options) => listPaged(transport, '/v1/credits/entries', query, options),
    },
    estimates: {
      create: (body, { signal } = {}) =>
        transport.call({ method: 'POST', path: '/v1/estimates', json: body, repeatable: true, signal }),
    },
    accounts: {
      create: (body, { signal } = {}) =>
        transport.call({ method: 'POST', path: '/v1/accounts', json: body, signal }),
      list: async ({ signal } = {}) => {
        const page = await transport.call<{ data: Account[] }>({
          method: 'GET',
          path: '/v1/accounts',
          signal,
        });
        return page.data;
      },
      change: (id, json, { signal } = {}) =>
        transport.call({ method: 'PATCH', path: `/v1/accounts/${encodeURIComponent(id)}`, json, signal }),
      grant: (accountId, body, { idempotencyKey = crypto.randomUUID(), signal } = {}) =>
        transport.call({
          method: 'POST',
          path: `/v1/accounts/${encodeURIComponent(accountId)}/grants`,
          json: body,
          idempotencyKey,
          signal,
        }),
    },
    keys: {
      create: (body, { signal } = {}) =>
        transport.call({ method: 'POST', path: '/v1/keys', json: body, signal }),
      list: async ({ signal } = {}) => {
        const page = await transport.call<z.infer<typeof keyListSchema>>({
          method: 'GET',
          path: '/v1/keys',
          signal,
        });
        return page.data;
      },
      revoke: (id, { signal } = {}) =>
        transport.call({ method: 'DELETE', path: `/v1/keys/${encodeURIComponent(id)}`, signal }),
    },
  };
}
