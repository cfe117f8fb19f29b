import { randomBytes } from 'node:crypto';
import type { Simulate } from '../../contract/simulate.ts';
import { openBookFile } from './book-file.ts';
import type { BookLine } from './book-line.ts';
import { type Script, scriptOf } from './script.ts';
import type { JobRequest } from './wire.ts';

/** A job that the provider has accepted. What it has come to is read off with `jobAt`. */
export interface BookJob {
  jobId: string;
  idempotencyKey: string | null;
  fingerprint: string;
  acceptedAt: number;
  request: Omit<JobRequest, 'simulate'>;
  script: Script;
  cancelAskedAt: number | undefined;
  misled: Record<'check' | 'output', number>;
  /** Ends that have been written down. */
  endsWritten: number;
  /** Callbacks that are settled, delivered or given up. */
  calledBack: Map<string, { delivered: boolean }>;
}

type Line<Kind extends BookLine['line']> = Omit<Extract<BookLine, { line: Kind }>, 'line' | 'at'>;

/** What the provider has accepted, and what came of it: everything it knows after it was killed. */
export interface Book {
  jobs(): Iterable<BookJob>;
  job(jobId: string): BookJob | undefined;
  jobOfKey(idempotencyKey: string): BookJob | undefined;
  /** Oldest first. */
  jobsOfAttempt(attemptId: string): BookJob[];
  /** How many starts of an equal request were turned away. */
  turnedAway(fingerprint: string): number;

  accept(accepted: {
    idempotencyKey: string | null;
    fingerprint: string;
    request: Omit<JobRequest, 'simulate'>;
    simulate: Simulate;
  }): BookJob;
  turnAway(line: Line<'turned_away'>): void;
  mislead(line: Line<'misled'>): void;
  askCancel(line: Line<'cancel_asked'>): void;
  end(line: Line<'ended'>): void;
  callBack(line: Line<'called_back'>): void;
  close(): void;
}

const keptPromptCharacters = 200;

export function openBook(path: string, now: () => number = Date.now): Book {
  const file = openBookFile(path);
  const jobs = new Map<string, BookJob>();
  const byKey = new Map<string, BookJob>();
  const byAttempt = new Map<string, BookJob[]>();
  const away = new Map<string, number>();

  for (const line of file.lines) apply(line);

  function write(line: BookLine): void {
    file.append(line);
    apply(line);
  }

  function apply(line: BookLine): void {
    if (line.line === 'accepted') add(jobOf(line));
    else if (line.line === 'turned_away') away.set(line.fingerprint, (away.get(line.fingerprint) ?? 0) + 1);
    else note(jobs.get(line.job_id), line);
  }

  function note(job: BookJob | undefined, line: Exclude<BookLine, { line: 'accepted' | 'turned_away' }>) {
    if (job === undefined) return;
    if (line.line === 'misled') job.misled[line.about] += 1;
    else if (line.line === 'cancel_asked') job.cancelAskedAt ??= line.at;
    else if (line.line === 'ended') job.endsWritten += 1;
    else job.calledBack.set(line.part, { delivered: line.delivered });
  }

  function add(job: BookJob): void {
    jobs.set(job.jobId, job);
    if (job.idempotencyKey !== null) byKey.set(job.idempotencyKey, job);
    byAttempt.set(job.request.attempt_id, [...(byAttempt.get(job.request.attempt_id) ?? []), job]);
  }

  return {
    jobs: () => jobs.values(),
    job: (jobId) => jobs.get(jobId),
    jobOfKey: (key) => byKey.get(key),
    jobsOfAttempt: (attemptId) => byAttempt.get(attemptId) ?? [],
    turnedAway: (fingerprint) => away.get(fingerprint) ?? 0,

    accept({ idempotencyKey, fingerprint, request, simulate }) {
      const line = {
        line: 'accepted' as const,
        at: now(),
        job_id: `job_${randomBytes(9).toString('hex')}`,
        idempotency_key: idempotencyKey,
        fingerprint,
        request: { ...request, prompt: request.prompt.slice(0, keptPromptCharacters) },
        simulate,
      };
      write(line);
      return jobs.get(line.job_id) ?? jobOf(line);
    },
    turnAway: (line) => write({ line: 'turned_away', at: now(), ...line }),
    mislead: (line) => write({ line: 'misled', at: now(), ...line }),
    askCancel: (line) => write({ line: 'cancel_asked', at: now(), ...line }),
    end: (line) => write({ line: 'ended', at: now(), ...line }),
    callBack: (line) => write({ line: 'called_back', at: now(), ...line }),
    close: file.close,
  };
}

const jobOf = (line: Extract<BookLine, { line: 'accepted' }>): BookJob => ({
  jobId: line.job_id,
  idempotencyKey: line.idempotency_key,
  fingerprint: line.fingerprint,
  acceptedAt: line.at,
  request: line.request,
  script: scriptOf(line.simulate, line.request.seed),
  cancelAskedAt: undefined,
  misled: { check: 0, output: 0 },
  endsWritten: 0,
  calledBack: new Map(),
});
