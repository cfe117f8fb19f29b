/** The four states of R75 and the ways a generation can end (I12). Only this file knows the legal moves. */
export const statuses = ['pending', 'processing', 'complete', 'failed'] as const;

export type Status = (typeof statuses)[number];

export const outcomes = ['succeeded', 'canceled', 'rejected', 'expired', 'error'] as const;

export type Outcome = (typeof outcomes)[number];

/** Why a generation that has not ended is not moving just now. */
export type WaitingOn = 'account_concurrency' | 'engine_slot' | 'provider_verdict';

/** Why a generation failed. Closed; what the engine itself said is kept beside it. */
export const failureCodes = [
  'canceled',
  'check_failed',
  'engine_failed',
  'output_invalid',
  'reference_lost',
  'too_many_attempts',
] as const;

export type FailureCode = (typeof failureCodes)[number];

const legalMoves: Record<Status, readonly Status[]> = {
  pending: ['processing', 'failed'],
  // Back to pending when its worker died before an end was reached.
  processing: ['complete', 'failed', 'pending'],
  complete: [],
  failed: [],
};

export function canMove(from: Status, to: Status): boolean {
  return legalMoves[from].includes(to);
}

export function isFinal(status: Status): boolean {
  return legalMoves[status].length === 0;
}

/** The statuses a generation may have just before it becomes `to`; the store guards its updates with them. */
export function statusesBefore(to: Status): Status[] {
  return statuses.filter((from) => canMove(from, to));
}

export const statusAfter: Record<Outcome, Status> = {
  succeeded: 'complete',
  canceled: 'failed',
  rejected: 'failed',
  expired: 'failed',
  error: 'failed',
};
