import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Purse } from '../domain/credits.ts';
import { AppError } from '../domain/errors.ts';
import { findPriceBook, type Price } from '../domain/price-book.ts';
import type { EndpointName } from '../domain/request.ts';
import { readClock } from '../store/clock.ts';
import type { Db } from '../store/db.ts';
import { readSecret } from '../store/secrets.ts';

/** How long a quoted price holds. */
const validHours = 24;

/** A price that one purse was promised for videos of one kind, each, until it expires. */
export interface Quote {
  accountId: string;
  purse: Purse;
  endpoint: EndpointName;
  engine: string;
  durationSeconds: number;
  price: Price;
  /** Name and version; what is delivered is settled by it too. */
  priceBook: string;
  /** How many videos were asked about. The price holds for each; nothing is reserved. */
  count: number;
  /** ISO 8601. */
  expiresAt: string;
}

/** Promises a price: nothing is stored, the id itself says what was promised and is signed. */
export async function makeQuote(
  db: Db,
  promised: Omit<Quote, 'expiresAt'>,
): Promise<{ quoteId: string; expiresAt: string }> {
  const now = await readClock(db);
  const expiresAt = new Date(now.getTime() + validHours * 3_600_000).toISOString();
  const quote: Quote = { ...promised, expiresAt };
  const text = Buffer.from(JSON.stringify(quote)).toString('base64url');
  return { quoteId: `quote_${text}.${await signatureOf(db, text)}`, expiresAt };
}

/**
 * What a quote promises this purse. Throws `quote_invalid` for one that is not ours or not theirs, and `quote_expired`;
 * both point at `/quote_id`.
 */
export async function readQuote(
  db: Db,
  owner: { accountId: string; purse: Purse },
  quoteId: string,
): Promise<Quote> {
  const [, text, signature] = /^quote_([\w-]+)\.([\w-]+)$/.exec(quoteId) ?? [];
  if (text === undefined || signature === undefined || !sameText(signature, await signatureOf(db, text)))
    throw quoteInvalid('The quote is not one of this Kinora, or was changed on its way.');
  const quote = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Quote;
  if (quote.accountId !== owner.accountId || quote.purse !== owner.purse)
    throw quoteInvalid('The quote was made for another account or another kind of key.');
  if (new Date(quote.expiresAt) <= (await readClock(db)))
    throw refused('quote_expired', `The quote was valid until ${quote.expiresAt}.`);
  if (findPriceBook(quote.priceBook) === undefined)
    throw quoteInvalid(`The quote is by the price book ${quote.priceBook}, which this Kinora no longer has.`);
  return quote;
}

/** Refuses a quote for anything but the video that is asked for. */
export function requireSameVideo(
  quote: Quote,
  asked: Pick<Quote, 'endpoint' | 'engine' | 'durationSeconds'>,
): void {
  const told = (video: typeof asked) =>
    `${video.durationSeconds} s of ${video.endpoint} by the engine "${video.engine}"`;
  if (told(quote) !== told(asked)) throw quoteInvalid(`The quote is for ${told(quote)}, not ${told(asked)}.`);
}

const quoteInvalid = (message: string) => refused('quote_invalid', message);

function refused(code: 'quote_invalid' | 'quote_expired', message: string): AppError {
  return new AppError(code, message, {
    hint: 'Ask for a new quote with POST /v1/estimates, or leave quote_id out to pay the price of the day.',
    faults: [{ pointer: '/quote_id', code, message }],
  });
}

async function signatureOf(db: Db, text: string): Promise<string> {
  const secret = await readSecret(db, 'quotes');
  return createHmac('sha256', secret).update(`quote.${text}`).digest('base64url');
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
