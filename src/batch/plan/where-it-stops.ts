/** What keeps a run from its end. */
export interface Stop {
  /** So many rows are made before it. */
  afterRow: number;
  by: 'credits' | 'budget' | 'cap';
  /** For a person: which one, and what is left of it. */
  reason: string;
  /** When it begins again, if it does. */
  resetsAt: string | null;
}

/** A limit that rows are counted against. */
export interface Limit {
  by: Stop['by'];
  reason: string;
  /** In credits. */
  left: number;
  resetsAt: string | null;
}

/** The first limit that so many rows meet; undefined where they all fit. Free rows meet none. */
export function whereItStops(
  rows: number,
  options: { creditsEach: number; limits: readonly Limit[] },
): Stop | undefined {
  const { creditsEach, limits } = options;
  if (creditsEach === 0) return undefined;
  return limits
    .map(({ left, ...limit }) => ({ ...limit, afterRow: Math.floor(Math.max(0, left) / creditsEach) }))
    .filter(({ afterRow }) => afterRow < rows)
    .toSorted((a, b) => a.afterRow - b.afterRow)[0];
}
