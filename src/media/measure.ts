import type { Inspected } from './inspection.ts';
import type { ProbeResult } from './media.ts';
import { addUp, noTotals } from './totals.ts';
import { type MeasuredFile, verdict } from './verdict.ts';

/** Adds up what a child meets in a file, and judges it. */
export interface Measure {
  /** A reason to stop at once, if there is one. */
  add(found: Inspected): string | undefined;
  /** The verdict, once all of it was added. Undefined: nothing was decoded, and why is not known here. */
  result(): ProbeResult | undefined;
}

export function startMeasure(file: MeasuredFile): Measure {
  const totals = noTotals();
  return { add: (found) => addUp(totals, found), result: () => verdict(totals, file) };
}
