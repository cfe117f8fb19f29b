import type { Postponed, RemoteJob } from '../../store/remote-attempts.ts';

/** How long a process keeps a job between looks, beyond the time of a look. Whoever dies is missed for so long. */
export const heldSeconds = 30;

/** A running job with the end of its lease, in the milliseconds of `now`. */
export interface LeasedJob extends RemoteJob {
  leaseEndsAt: number;
}

/**
 * Running jobs that this process looks at again by itself while its lease on them lasts: a look without news writes
 * nothing. A cancel, a deadline and a callback make a job due in the database all the same; whoever takes it there has
 * the lease from then on.
 */
export interface HeldJobs {
  /** Keeps a job until its next look, unless its lease ends before that look can have been answered. */
  keep(job: LeasedJob, later: Postponed): boolean;
  /** Those whose next look has come. They are the caller's from here on. */
  due(most: number): LeasedJob[];
  /** The lease on these is a newer one. */
  forget(jobs: readonly RemoteJob[]): void;
  /** Gives up all of them, each with what is left of its pause. */
  release(): Postponed[];
}

export function holdJobs({
  lookSeconds,
  now,
}: {
  /** The longest that a look takes. */
  lookSeconds: number;
  /** Milliseconds that never run backwards. */
  now(): number;
}): HeldJobs {
  const held = new Map<string, { job: LeasedJob; dueAt: number }>();
  return {
    keep(job, { inVain, seconds }) {
      const dueAt = now() + seconds * 1000;
      // Somebody of this process has a newer lease on it.
      if ((held.get(job.attemptId)?.job.leaseEndsAt ?? 0) > job.leaseEndsAt) return true;
      if (inVain || dueAt + lookSeconds * 1000 > job.leaseEndsAt) return false;
      const startedSecondsAgo = job.startedSecondsAgo + seconds;
      held.set(job.attemptId, { job: { ...job, startedSecondsAgo, tries: 0, unknownTimes: 0 }, dueAt });
      return true;
    },
    due(most) {
      const jobs: LeasedJob[] = [];
      const today = now();
      for (const { job, dueAt } of held.values()) {
        if (jobs.length === most) break;
        if (dueAt > today) continue;
        held.delete(job.attemptId);
        // One that was not come to in time is found in the database when its lease has run out.
        if (today + lookSeconds * 1000 <= job.leaseEndsAt) jobs.push(job);
      }
      return jobs;
    },
    forget(jobs) {
      for (const { attemptId } of jobs) held.delete(attemptId);
    },
    release() {
      const today = now();
      const all = [...held.values()].map(({ job: { id, attemptId, lease }, dueAt }) => ({
        id,
        attemptId,
        lease,
        seconds: Math.max(0, dueAt - today) / 1000,
        inVain: false,
        progress: undefined,
      }));
      held.clear();
      return all;
    },
  };
}
