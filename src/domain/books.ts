import type { Balance } from './credits.ts';

/**
 * The books of one purse of one account, as a value: what each move does to grants, holds and budgets. The database does
 * the same with locks and constraints; tests hold one against the other. Times are milliseconds since 1970.
 */
export interface Books {
  now: number;
  /** Oldest first. */
  grants: readonly GrantBook[];
  /** In the order in which they were placed. */
  bookings: readonly Booking[];
  budgets: readonly BudgetBook[];
}

export interface GrantBook {
  id: string;
  priority: number;
  expiresAt: number | undefined;
  /** Gifts are taken before purchases. */
  purchased: boolean;
  amount: number;
  remaining: number;
  held: number;
  spent: number;
  expired: number;
  withdrawn: number;
}

/** A hold, or the charge of an adopted late output. */
export interface Booking {
  generation: string;
  kind: 'hold' | 'adopt';
  tags: readonly string[];
  at: number;
  /** While it is open; then 0. */
  held: number;
  charged: number;
  refunded: number;
  /** Which grants it took from, and how much. */
  parts: Parts;
}

export interface BudgetBook {
  id: string;
  scope: 'account' | 'tag';
  /** Of a tag: which one, `*` for each by itself. */
  scopeValue: string | undefined;
  period: 'total' | 'daily' | 'monthly';
  limit: number;
  action: 'alert' | 'block';
  /** How many bookings there were when it was made, and when that was. */
  after: number;
  madeAt: number;
}

type Parts = readonly (readonly [grant: string, credits: number])[];

export const emptyBooks = (now: number): Books => ({ now, grants: [], bookings: [], budgets: [] });

export function balanceOf({ grants }: Books): Balance {
  return { available: sum(grants, 'remaining'), held: sum(grants, 'held') };
}

/** Takes what is left of every grant that has run out. */
export function expire(books: Books): Books {
  const grants = books.grants.map((grant) =>
    hasRunOut(grant, books.now)
      ? { ...grant, remaining: 0, expired: grant.expired + grant.remaining }
      : grant,
  );
  return { ...books, grants };
}

export function give(
  books: Books,
  grant: Pick<GrantBook, 'id' | 'priority' | 'expiresAt' | 'purchased' | 'amount'>,
): Books {
  const fresh = { ...grant, remaining: grant.amount, held: 0, spent: 0, expired: 0, withdrawn: 0 };
  return { ...books, grants: [...books.grants, fresh] };
}

/** Sets credits aside, or charges them at once. Undefined where balance or a blocking budget lacks them. */
export function book(
  books: Books,
  order: Pick<Booking, 'generation' | 'kind' | 'tags'> & { credits: number },
): Books | undefined {
  const { credits, ...what } = order;
  const swept = credits === 0 ? books : expire(books);
  if (balanceOf(swept).available < credits) return undefined;
  const { grants, parts } = take(swept, credits, what.kind === 'hold' ? 'held' : 'spent');
  const amounts = what.kind === 'hold' ? { held: credits, charged: 0 } : { held: 0, charged: credits };
  const booking: Booking = { ...what, ...amounts, at: books.now, refunded: 0, parts };
  const after = { ...swept, grants, bookings: [...books.bookings, booking] };
  return credits > 0 && exceedsBudget(after, booking) ? undefined : after;
}

/** Ends a hold: `charged` of it is taken, the rest goes back to the grants it came from, and expires there if they have. */
export function endHold(books: Books, generation: string, charged: number): Books {
  const booking = find(books, generation, 'hold');
  if (booking.held === 0) return books;
  const { first: spent, rest } = split(booking.parts, charged);
  const grants = move(move(books.grants, spent, 'held', 'spent'), rest, 'held', 'remaining');
  return expire(replace({ ...books, grants }, booking, { ...booking, held: 0, charged, parts: spent }));
}

/** Gives back a part of what a booking was charged. */
export function refund(books: Books, generation: string, kind: Booking['kind'], credits: number): Books {
  const booking = find(books, generation, kind);
  const grants = move(books.grants, split(booking.parts, credits).first, 'spent', 'remaining');
  return expire(replace({ ...books, grants }, booking, { ...booking, refunded: credits }));
}

/** Takes credits away; undefined where fewer are available. */
export function withdraw(books: Books, credits: number): Books | undefined {
  const swept = expire(books);
  if (balanceOf(swept).available < credits) return undefined;
  return { ...swept, grants: take(swept, credits, 'withdrawn').grants };
}

export function makeBudget(books: Books, budget: Omit<BudgetBook, 'after' | 'madeAt'>): Books {
  const made = { ...budget, after: books.bookings.length, madeAt: books.now };
  return { ...books, budgets: [...books.budgets, made] };
}

/** What every budget has used, by `budget value period`; without those that have used nothing. */
export function usageOf({ budgets, bookings }: Books): Map<string, number> {
  const usage = new Map<string, number>();
  for (const budget of budgets)
    bookings.forEach((booking, index) => {
      const period = periodStart(budget.period, booking.at);
      // What was booked before it was made counts only if it was in the period in which it was made.
      if (index < budget.after && period !== periodStart(budget.period, budget.madeAt)) return;
      for (const value of valuesOf(budget, booking)) {
        const key = `${budget.id} ${value} ${period}`;
        usage.set(key, (usage.get(key) ?? 0) + booking.held + booking.charged - booking.refunded);
      }
    });
  return new Map([...usage].filter(([, used]) => used !== 0));
}

function exceedsBudget(books: Books, booking: Booking): boolean {
  const usage = usageOf(books);
  return books.budgets.some(
    (budget) =>
      budget.action === 'block' &&
      valuesOf(budget, booking).some((value) => {
        const used = usage.get(`${budget.id} ${value} ${periodStart(budget.period, booking.at)}`) ?? 0;
        return used > budget.limit;
      }),
  );
}

function valuesOf({ scope, scopeValue }: BudgetBook, { tags }: Pick<Booking, 'tags'>): readonly string[] {
  if (scope === 'account') return ['account'];
  return scopeValue === '*' ? [...new Set(tags)] : tags.filter((tag) => tag === scopeValue).slice(0, 1);
}

/** Priority first, then what expires soonest, gifts before purchases, then age. */
function take({ grants, now }: Books, credits: number, to: 'held' | 'spent' | 'withdrawn') {
  const inOrder = grants
    .filter((grant) => grant.remaining > 0 && !hasRunOut(grant, now))
    .toSorted(
      (a, b) =>
        a.priority - b.priority ||
        compare(a.expiresAt ?? Number.POSITIVE_INFINITY, b.expiresAt ?? Number.POSITIVE_INFINITY) ||
        Number(a.purchased) - Number(b.purchased),
    );
  const { first: parts } = split(
    inOrder.map(({ id, remaining }) => [id, remaining] as const),
    credits,
  );
  return { grants: move(grants, parts, 'remaining', to), parts };
}

type Column = 'remaining' | 'held' | 'spent' | 'withdrawn';

function move(grants: readonly GrantBook[], parts: Parts, from: Column, to: Column): GrantBook[] {
  const credits = new Map(parts);
  return grants.map((grant) => {
    const moved = credits.get(grant.id) ?? 0;
    return { ...grant, [from]: grant[from] - moved, [to]: grant[to] + moved };
  });
}

function split(parts: Parts, credits: number): { first: Parts; rest: Parts } {
  let missing = credits;
  const shares = parts.map(([grant, whole]) => {
    const share = Math.min(missing, whole);
    missing -= share;
    return { grant, share, rest: whole - share };
  });
  return {
    first: shares.flatMap(({ grant, share }) => (share > 0 ? [[grant, share] as const] : [])),
    rest: shares.flatMap(({ grant, rest }) => (rest > 0 ? [[grant, rest] as const] : [])),
  };
}

function find({ bookings }: Books, generation: string, kind: Booking['kind']): Booking {
  const booking = bookings.find(
    (candidate) => candidate.generation === generation && candidate.kind === kind,
  );
  if (booking === undefined) throw new Error(`there is no ${kind} of ${generation}`);
  return booking;
}

function replace(books: Books, old: Booking, changed: Booking): Books {
  return { ...books, bookings: books.bookings.map((booking) => (booking === old ? changed : booking)) };
}

/** The first day of a period, for an account in UTC. */
function periodStart(period: BudgetBook['period'], at: number): string {
  if (period === 'total') return '-infinity';
  const day = new Date(at).toISOString().slice(0, 10);
  return period === 'daily' ? day : `${day.slice(0, 7)}-01`;
}

const hasRunOut = ({ expiresAt }: GrantBook, now: number) => expiresAt !== undefined && expiresAt <= now;
const compare = (a: number, b: number) => (a === b ? 0 : a - b);
const sum = (grants: readonly GrantBook[], column: Column) =>
  grants.reduce((total, grant) => total + grant[column], 0);
