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
import type { Paged } from './paged.ts';
import { routesOf } from './route.ts';
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
  const route = routesOf(transport);
  const change = route<(id: string, body: object, whose?: Whose, options?: Options) => Promise<Budget>>(
    'PATCH /v1/budgets/{} body query',
  );
  const end = route<(id: string, whose?: Whose, options?: Options) => Promise<Budget>>(
    'DELETE /v1/budgets/{} query',
  );
  return {
    budgets: {
      create: route('POST /v1/budgets body'),
      list: route('GET /v1/budgets pages'),
      get: route('GET /v1/budgets/{} query'),
      change: (id, body, options) => change(id, body, options?.whose, options),
      end: (id, options) => end(id, options?.whose, options),
    },
    alerts: { list: route('GET /v1/alerts pages') },
    account: { get: route('GET /v1/account'), change: route('PATCH /v1/account body') },
    forecast: route('GET /v1/credits/forecast'),
  };
}
