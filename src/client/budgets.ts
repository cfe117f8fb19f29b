import type { z } from '@hono/zod-openapi';
import type { Account, ownAccountChangeSchema } from '../contract/account.ts';
import type { AlertPage } from '../contract/alert.ts';
import type {
  Budget,
  BudgetDetail,
  BudgetPage,
  budgetChangeSchema,
  budgetDetailQuerySchema,
  budgetQuerySchema,
  newBudgetSchema,
} from '../contract/budget.ts';
import type { Forecast } from '../contract/forecast.ts';
import { listPaged, type Paged } from './paged.ts';
import { queryText } from './query-text.ts';
import type { Transport } from './transport.ts';

type Options = { signal?: AbortSignal };

/** The operator names the account; a key has its own. */
type Whose = { account_id?: string; purse?: 'live' | 'test' };

/** Caps, alerts and what they are about. */
export interface BudgetCalls {
  budgets: {
    /** Never retried by itself: a lost answer may have made the budget. */
    create(body: z.input<typeof newBudgetSchema>, options?: Options): Promise<Budget>;
    /** Newest first, with what each has used. */
    list(query?: Partial<z.input<typeof budgetQuerySchema>>, options?: Options): Paged<BudgetPage>;
    get(
      id: string,
      query?: Partial<z.input<typeof budgetDetailQuerySchema>>,
      options?: Options,
    ): Promise<BudgetDetail>;
    change(
      id: string,
      body: z.input<typeof budgetChangeSchema>,
      options?: Options & { whose?: Whose },
    ): Promise<Budget>;
    end(id: string, options?: Options & { whose?: Whose }): Promise<Budget>;
  };
  alerts: {
    /** Newest first. */
    list(query?: Whose & { limit?: number; cursor?: string }, options?: Options): Paged<AlertPage>;
  };
  account: {
    get(options?: Options): Promise<Account>;
    change(body: z.input<typeof ownAccountChangeSchema>, options?: Options): Promise<Account>;
  };
  forecast(options?: Options): Promise<Forecast>;
}

export function budgetCalls(transport: Transport): BudgetCalls {
  const one = (id: string, query: object = {}) => `/v1/budgets/${encodeURIComponent(id)}${queryText(query)}`;
  return {
    budgets: {
      create: (body, { signal } = {}) =>
        transport.call({ method: 'POST', path: '/v1/budgets', json: body, signal }),
      list: (query = {}, options) => listPaged(transport, '/v1/budgets', query, options),
      get: (id, query = {}, { signal } = {}) =>
        transport.call({ method: 'GET', path: one(id, query), signal }),
      change: (id, body, { whose, signal } = {}) =>
        transport.call({ method: 'PATCH', path: one(id, whose), json: body, signal }),
      end: (id, { whose, signal } = {}) => transport.call({ method: 'DELETE', path: one(id, whose), signal }),
    },
    alerts: {
      list: (query = {}, options) => listPaged(transport, '/v1/alerts', query, options),
    },
    account: {
      get: ({ signal } = {}) => transport.call({ method: 'GET', path: '/v1/account', signal }),
      change: (body, { signal } = {}) =>
        transport.call({ method: 'PATCH', path: '/v1/account', json: body, signal }),
    },
    forecast: ({ signal } = {}) => transport.call({ method: 'GET', path: '/v1/credits/forecast', signal }),
  };
}
