/** What a row of a batch can be. Only a submitted one has a generation; its own state is told by that. */
export const rowStates = ['waiting', 'waiting_budget', 'submitted', 'refused', 'canceled'] as const;

export type RowState = (typeof rowStates)[number];

/** How a batch stands, derived from what was done to it and what is left. */
export const batchStatuses = [
  /** It has rows or generations that have not ended. */
  'running',
  'paused',
  /** Its next rows cannot be held: `stopped_by` says why. What is held goes on. */
  'waiting_budget',
  'canceled',
  /** Nothing is left to do; more rows may be added. */
  'done',
] as const;

export type BatchStatus = (typeof batchStatuses)[number];

/** What its state follows from. */
export interface BatchFacts {
  canceled: boolean;
  paused: boolean;
  stopped: boolean;
  /** Rows that wait, and generations that have not ended. */
  open: number;
}

export function batchStatus({ canceled, paused, stopped, open }: BatchFacts): BatchStatus {
  if (canceled) return 'canceled';
  if (open === 0) return 'done';
  if (paused) return 'paused';
  return stopped ? 'waiting_budget' : 'running';
}

/** How many rehearsals of an account wait in line or are made at once, unless the operator says otherwise. */
export const rehearsalsInFlight = 20;

/** How many request bodies one call may add, and one batch may hold. */
export const batchLimits = { rowsPerCall: 1_000, rows: 1_000_000, mostAhead: 10_000 } as const;
