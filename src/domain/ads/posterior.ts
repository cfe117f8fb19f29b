import type { Levels } from './code.ts';

/** What could be true by the results, over and over: Thompson sampling draws from it and acts as if the draw were true. */
export interface Posterior {
  draws: number;
  /** The next draw: what each live value of each axis (in order) is worth, in log-odds, and the best ad by it. */
  next(): { worth: readonly Float64Array[]; best: Levels };
}
