import type { Engine } from '../domain/engine.ts';
import { AppError } from '../domain/errors.ts';
import type { JsonObject } from '../domain/json.ts';
import { type Price, priceBooks, priceOf } from '../domain/price-book.ts';
import type { Caller } from './caller.ts';
import { chooseEngine } from './choose-engine.ts';
import type { Deps } from './deps.ts';
import { findRehearsed, type RehearsedEngine } from './find-rehearsed.ts';
import { type Quote, readQuote, requireSameVideo } from './quote.ts';
import { type Leads, routeRequest } from './route-request.ts';
import type { SubmitCommand } from './submit-command.ts';

/** Who makes it, for how much, and who does if that engine cannot. */
export interface Sale extends Pick<Leads, 'fallbacks' | 'notes'> {
  engine: Engine;
  price: Price;
  priceBook: string;
  quote: JsonObject | undefined;
  /** Of a rehearsal: whom it stands in for. */
  rehearsed?: RehearsedEngine;
}

/** Who makes it and what it costs: the quoted price where the command carries a quote, else that of the day. */
export async function priceCommand(
  deps: Pick<Deps, 'store' | 'engines'>,
  caller: Caller,
  command: SubmitCommand,
): Promise<Sale> {
  if (command.rehearsal === true) return rehearsalSale(deps, caller, command);
  const { durationSeconds, endpoint, quoteId, simulate, workflow } = command;
  const quote = quoteId === undefined ? undefined : await readQuote(deps.store, caller, quoteId);
  const shape = { workflow, endpoint, durationSeconds, simulate };
  const asked = { ...caller, ...shape, engine: command.engine ?? quote?.engine };
  const { chosen, fallbacks, notes } = await routeRequest(deps, asked);
  const { engine, priceBook } = chosen;
  if (quote !== undefined) requireSameVideo(quote, { endpoint, engine: engine.name, durationSeconds });
  const price = quote?.price ?? priceOf(priceBook, durationSeconds);
  if (price === undefined)
    throw new AppError(
      'price_unknown',
      `The price book ${priceBook.id} of the engine "${engine.name}" has no price for ${durationSeconds} s.`,
    );
  refuseAboveMaximum(price, command.maxCredits);
  const book = quote?.priceBook ?? priceBook.id;
  return { engine, price, priceBook: book, quote: quotedOf(quote, quoteId), fallbacks, notes };
}

/** The embedded engine, at no price whatever it is sold for otherwise. */
async function rehearsalSale(
  deps: Pick<Deps, 'store' | 'engines'>,
  caller: Caller,
  command: SubmitCommand,
): Promise<Sale> {
  const { durationSeconds, simulate } = command;
  const { engine } = chooseEngine(deps.engines, { purse: caller.purse, name: 'local', simulate });
  const price = priceOf(priceBooks.free, durationSeconds);
  if (price === undefined)
    throw new AppError('price_unknown', `A rehearsal of ${durationSeconds} s has no price, not even none.`);
  const rehearsed = await findRehearsed(deps, { ...caller, ...command });
  return {
    engine,
    price,
    priceBook: priceBooks.free.id,
    quote: undefined,
    fallbacks: [],
    notes: rehearsed.notes,
    rehearsed,
  };
}

function refuseAboveMaximum(price: Price, maxCredits: number | undefined): void {
  if (maxCredits === undefined || price.credits <= maxCredits) return;
  const code = 'price_above_maximum';
  const message = `This video costs ${price.credits} credits; max_credits allows ${maxCredits}.`;
  throw new AppError(code, message, {
    hint: 'Raise max_credits, or choose a shorter video.',
    faults: [{ pointer: '/max_credits', code, message }],
  });
}

/** What the generation and its receipt keep of the quote. */
function quotedOf(quote: Quote | undefined, quoteId: string | undefined): JsonObject | undefined {
  if (quote === undefined || quoteId === undefined) return undefined;
  const { price, priceBook, count, expiresAt } = quote;
  return {
    quote_id: quoteId,
    credits: price.credits,
    usd_cents: price.usdCents,
    price_book: priceBook,
    count,
    expires_at: expiresAt,
  };
}
