/** The price of one video: credits and US cents, neither derived from the other (I3). */
export interface Price {
  credits: number;
  usdCents: number;
}

/** What each whole second of length costs, as rows. A length without a row has no price and is refused. */
export interface PriceBook {
  /** Name and version, frozen on every hold, as in `published@1`. */
  id: string;
  rows: ReadonlyMap<number, Price>;
}

const lengths = Array.from({ length: 12 }, (_, index) => index + 4);

const book = (id: string, priceOf: (seconds: number) => Price): PriceBook => ({
  id,
  rows: new Map(lengths.map((seconds) => [seconds, priceOf(seconds)])),
});

export const priceBooks = {
  /** The per-clip table of the Reference API. Formula of I2: it reproduces all seven published figures. */
  published: book('published@1', (seconds) => {
    const raw = 60.4 * seconds + 1;
    return { credits: Math.round(raw), usdCents: Math.trunc(raw) };
  }),
  /** The headline rate of $0.3024 a second (I1): half the per-clip table. */
  headline: book('headline@1', (seconds) => {
    const tenThousandths = 3_024 * seconds;
    return { credits: Math.round(tenThousandths / 100), usdCents: Math.trunc(tenThousandths / 100) };
  }),
  free: book('free@1', () => ({ credits: 0, usdCents: 0 })),
} as const satisfies Record<string, PriceBook>;

export type PriceBookName = keyof typeof priceBooks;

export const priceBookNames = Object.keys(priceBooks) as PriceBookName[];

/** Undefined where the book has no row: the caller must refuse, never treat it as free. */
export function priceOf(priceBook: PriceBook, seconds: number): Price | undefined {
  return priceBook.rows.get(seconds);
}

/** The book a hold was priced with, found again by the id frozen on it. */
export function findPriceBook(id: string): PriceBook | undefined {
  return Object.values(priceBooks).find((candidate) => candidate.id === id);
}
