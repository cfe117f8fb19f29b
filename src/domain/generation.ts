/** The four states of R75 and the ways a generation can end (I12). Only this file knows the legal moves. */
export const statuses = ['pending', 'processing', 'complete', 'failed'] as const;

export type Status = (typeof statuses)[number];

export const outcomes = ['succeeded', 'canceled', 'rejected', 'expired', 'error'] as const;

export type Outcome = (typeof outcomes)[number];

/** Why a generation that has not ended is not moving just now. */
export const waitingReasons = [
  'account_concurrency',
  'account_paused',
  'batch_paused',
  'engine_paused',
  /** The provider asked to be left alone, or keeps failing. */
  'engine_cooling_down',
  'engine_slot',
  /** It failed in a way that could pass, and is tried again after a pause. */
  'retry_pause',
  'provider_verdict',
] as const;

export type WaitingOn = (typeof waitingReasons)[number];

/** Why a generation failed. Closed; what the engine itself said is kept beside it. */
export const failureCodes = [
  'canceled',
  'check_failed',
  'consent_ended',
  'content_rejected',
  'deadline_passed',
  'engine_failed',
  'engine_unavailable',
  'never_accepted',
  'output_invalid',
  'output_lost',
  'rate_limited',
  'reference_lost',
  'start_deadline_passed',
  'too_many_attempts',
] as const;

export type FailureCode = (typeof failureCodes)[number];

type FinalStatus = 'complete' | 'failed';

/** Those that are final have none. */
const legalMoves: Record<Exclude<Status, FinalStatus>, readonly Status[]> = {
  pending: ['processing', 'failed'],
  // Back to pending when its worker died before an end was reached.
  processing: ['complete', 'failed', 'pending'],
};

export function canMove(from: Status, to: Status): boolean {
  return !isFinal(from) && legalMoves[from].includes(to);
}

export function isFinal(status: Status): status is FinalStatus {
  return status === 'complete' || status === 'failed';
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

/** How a generation ends that failed for a reason. */
export const outcomeOf: Record<FailureCode, Exclude<Outcome, 'succeeded'>> = {
  canceled: 'canceled',
  check_failed: 'error',
  consent_ended: 'canceled',
  content_rejected: 'rejected',
  deadline_passed: 'expired',
  engine_failed: 'error',
  engine_unavailable: 'error',
  never_accepted: 'error',
  output_invalid: 'error',
  output_lost: 'error',
  rate_limited: 'error',
  reference_lost: 'error',
  start_deadline_passed: 'expired',
  too_many_attempts: 'error',
};
