import type { GenerationEvent } from '../contract/generation.ts';

/** What a generation does just now, in a few words. */
export function doingOf({
  status,
  waiting_on: waitingOn,
  progress,
}: Pick<GenerationEvent, 'status' | 'waiting_on' | 'progress'>): string {
  if (status === 'pending')
    return waitingOn === 'account_concurrency' ? 'in line: the account is at its limit' : 'in line';
  return progress.phase ?? 'being made';
}
