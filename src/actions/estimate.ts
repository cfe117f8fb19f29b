import { AppError } from '../domain/errors.ts';
import { type Price, priceOf } from '../domain/price-book.ts';
import type { EndpointName } from '../domain/request.ts';
import { findBlockingBudget } from '../store/budget-refusals.ts';
import { readBalances } from '../store/ledger.ts';
import type { BudgetRefusal } from '../store/refusal.ts';
import type { Caller } from './caller.ts';
import type { Deps } from './deps.ts';
import { makeQuote } from './quote.ts';
import { routeRequest } from './route-request.ts';

export interface Estimate {
  engine: string;
  each: Price;
  priceBook: string;
  total: Price;
  availableCredits: number;
  /** The budget that would refuse them. */
  blockedBy: BudgetRefusal | undefined;
  /** Signed: a submit that carries it pays this price, also after the price book has changed. */
  quoteId: string;
  expiresAt: string;
}

/** What videos of one kind would cost, promised for a day. Throws an AppError for what has no price. */
export async function estimate(
  deps: Pick<Deps, 'store' | 'engines'>,
  caller: Caller,
  asked: {
    endpoint: EndpointName;
    durationSeconds: number;
    count: number;
    engine: string | undefined;
    /** What budgets tell the videos apart by. */
    workflow: string | undefined;
    batchId: string | undefined;
    tags: string[];
    endUserId: string | undefined;
  },
): Promise<Estimate> {
  const { accountId, purse } = caller;
  const { endpoint, durationSeconds, count } = asked;
  const { chosen } = await routeRequest(deps, { ...caller, ...asked });
  const { engine, priceBook } = chosen;
  const price = priceOf(priceBook, durationSeconds);
  if (price === undefined) throw noPrice(durationSeconds, [...priceBook.rows.keys()]);
  const { available } = (await readBalances(deps.store, accountId))[purse];
  const quote = await makeQuote(deps.store, {
    accountId,
    purse,
    endpoint,
    engine: engine.name,
    durationSeconds,
    price,
    priceBook: priceBook.id,
    count,
  });
  return {
    engine: engine.name,
    each: price,
    priceBook: priceBook.id,
    total: { credits: price.credits * count, usdCents: price.usdCents * count },
    availableCredits: available,
    blockedBy: await findBlockingBudget(deps.store, { ...caller, ...asked }, price.credits * count),
    ...quote,
  };
}

function noPrice(duration: number, priced: number[]): AppError {
  const message = `duration must be from ${Math.min(...priced)} to ${Math.max(...priced)} s, not ${duration}.`;
  return new AppError('invalid_duration', message, {
    faults: [{ pointer: '/duration', code: 'invalid_duration', message }],
  });
}
