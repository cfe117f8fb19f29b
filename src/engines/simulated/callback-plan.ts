import type { BookJob } from './book.ts';
import { endsOf, type JobEnd } from './job-at.ts';

export interface PlannedCallback {
  /** Its name within the job; the same whenever the plan is made again. */
  part: string;
  at: number;
  state: JobEnd['state'];
  forged: boolean;
}

/** Which callbacks the script of a job wants, and when. */
export function callbacksOf(job: BookJob): PlannedCallback[] {
  const { callback } = job.script;
  const ends = endsOf(job);
  const planned = (end: JobEnd, suffix = '', delaySeconds = 0): PlannedCallback => ({
    part: `${end.state}${suffix}`,
    at: end.at + delaySeconds * 1_000,
    state: end.state,
    forged: false,
  });
  switch (callback.send) {
    case 'none':
      return [];
    case 'once':
      return ends.map((end) => planned(end));
    case 'duplicate':
      return ends.flatMap((end) => [planned(end), planned(end, ' again')]);
    case 'late':
      return ends.map((end) => planned(end, '', callback.seconds));
    case 'forged':
      return [...forgedBefore(job, ends), ...ends.map((end) => planned(end))];
    case 'only_late':
      return ends.slice(1).map((end) => planned(end));
  }
}

// Half way, when neither end is true.
function forgedBefore(job: BookJob, [first]: JobEnd[]): PlannedCallback[] {
  if (first === undefined) return [];
  const state = first.state === 'succeeded' ? 'failed' : 'succeeded';
  return [{ part: 'forged', at: (job.acceptedAt + first.at) / 2, state, forged: true }];
}
