import type { Book, BookJob } from './book.ts';
import { callbacksOf, type PlannedCallback } from './callback-plan.ts';
import { signatureHeader, signCallback } from './callback-signature.ts';

export interface CallbackSender {
  /** Plans the callbacks of a job that are still to be sent, in place of any planned before. */
  plan(job: BookJob): void;
  close(): void;
}

/** After each failure it waits longer; whoever is down for a minute still hears of the job. */
const pausesSeconds = [0.5, 1, 2, 4, 8, 15, 30];

const answerWithinMs = 5_000;

export function createCallbackSender(options: {
  book: Book;
  secret: string;
  now: () => number;
  /** Called before an end is told. */
  beforeTelling(job: BookJob): void;
}): CallbackSender {
  const { book, secret, now, beforeTelling } = options;
  const timers = new Map<string, Set<NodeJS.Timeout>>();
  const closing = new AbortController();

  async function tell(job: BookJob, callback: PlannedCallback): Promise<void> {
    const { job_id, part } = { job_id: job.jobId, part: callback.part };
    if (!callback.forged) beforeTelling(job);
    const delivered = await post(job, callback);
    if (!closing.signal.aborted) book.callBack({ job_id, part, delivered });
  }

  async function post(job: BookJob, { state, forged }: PlannedCallback): Promise<boolean> {
    const body = JSON.stringify({
      job_id: job.jobId,
      attempt_id: job.request.attempt_id,
      status: state,
    });
    for (const pause of [...pausesSeconds, undefined]) {
      const signature = signCallback(body, { secret: forged ? `not ${secret}` : secret, now: now() });
      if (await isTaken(job.request.callback_url ?? '', body, signature)) return true;
      // Nobody need believe a forgery; one try shows what becomes of it.
      if (forged || pause === undefined || closing.signal.aborted) return false;
      await waited(pause, closing.signal);
    }
    return false;
  }

  async function isTaken(url: string, body: string, signature: string): Promise<boolean> {
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', [signatureHeader]: signature },
        body,
        redirect: 'error',
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(answerWithinMs)]),
      });
      await answer.body?.cancel();
      return answer.ok;
    } catch {
      return false;
    }
  }

  return {
    plan(job) {
      for (const timer of timers.get(job.jobId) ?? []) clearTimeout(timer);
      timers.delete(job.jobId);
      if (job.request.callback_url === undefined) return;
      const waiting = callbacksOf(job).filter(({ part }) => !job.calledBack.has(part));
      const mine = waiting.map((callback) =>
        setTimeout(() => void tell(job, callback), Math.max(0, callback.at - now())),
      );
      if (mine.length > 0) timers.set(job.jobId, new Set(mine));
    },
    close() {
      closing.abort();
      for (const mine of timers.values()) for (const timer of mine) clearTimeout(timer);
    },
  };
}

/** Resolves early once the signal aborts. */
function waited(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, seconds * 1_000);
    signal.addEventListener('abort', done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
