import { failPending } from '../store/end-generation.ts';
import { expireDueGrants } from '../store/ledger.ts';
import { findOverduePending, wakeOverdueJobs } from '../store/overdue.ts';
import type { PipelineDeps } from './deps.ts';

const atOnce = 500;

/** Ends what has waited beyond its deadline, and takes what is left of grants that have run out. */
export async function expireOverdue({ store }: Pick<PipelineDeps, 'store'>): Promise<void> {
  for (const { id, deadline } of await findOverduePending(store, atOnce))
    await failPending(
      store,
      id,
      deadline === 'start_by'
        ? { code: 'start_deadline_passed', message: 'It had not begun when its time to start ran out.' }
        : { code: 'deadline_passed', message: 'It had not begun when its deadline passed.' },
    );
  await wakeOverdueJobs(store);
  await expireDueGrants(store, atOnce);
}
