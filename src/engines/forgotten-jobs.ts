/** The jobs that a server was told to forget, so that "not known" is known to mean "canceled". */
export interface ForgottenJobs {
  add(job: string): void;
  has(job: string): boolean;
}

const most = 1_000;

/** Of this process, the newest only: after a restart the stop is asked for again before anything is made of the answer. */
export function createForgottenJobs(): ForgottenJobs {
  const jobs = new Set<string>();
  return {
    add(job) {
      jobs.add(job);
      for (const oldest of jobs) {
        if (jobs.size <= most) break;
        jobs.delete(oldest);
      }
    },
    has: (job) => jobs.has(job),
  };
}
