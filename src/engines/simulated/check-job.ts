import type { Book, BookJob } from './book.ts';
import { jobAt } from './job-at.ts';
import { type Reply, refusal } from './reply.ts';
import type { JobAnswer } from './wire.ts';

const [soonestCheck, latestCheck] = [0.2, 5];

/** A job as it is told to whoever asks. */
export function answerFor(job: BookJob, { origin, now }: { origin: string; now: number }): JobAnswer {
  const view = jobAt(job, now);
  const answer = { job_id: job.jobId, attempt_id: job.request.attempt_id, status: view.state };
  if ('progress' in view) {
    const remaining = (job.acceptedAt - now) / 1_000 + job.script.latencySeconds;
    return {
      ...answer,
      progress: Math.round(view.progress * 1_000) / 1_000,
      check_after_seconds: Math.min(latestCheck, Math.max(soonestCheck, remaining)),
    };
  }
  return {
    ...answer,
    ...(view.error === undefined ? {} : { error: view.error }),
    ...(view.state === 'succeeded' ? { output: { url: `${origin}/outputs/${job.jobId}.mp4` } } : {}),
    usage: { billed_seconds: view.billedSeconds, cost_micro_usd: view.costMicroUsd },
  };
}

/** `GET /jobs/{id}`, with whatever its script makes of the answer. */
export function checkJob(job: BookJob, answer: JobAnswer, book: Pick<Book, 'mislead'>): Reply {
  const { check } = job.script;
  const truth: Reply = { kind: 'json', status: 200, body: answer };
  if (check.answer === 'ok') return truth;
  if (check.answer === 'empty' && answer.status !== 'succeeded') return truth;
  if (check.times !== undefined && job.misled.check >= check.times) return truth;
  if (check.times !== undefined) book.mislead({ job_id: job.jobId, about: 'check' });
  switch (check.answer) {
    case 'unavailable':
      return refusal(
        503,
        { code: 'unavailable', message: 'Nobody can say just now.' },
        { retryAfterSeconds: check.retry_after_seconds },
      );
    case 'unknown_word':
      return { ...truth, body: { ...answer, status: check.word, output: null } };
    case 'empty':
      return { ...truth, body: { ...answer, output: null } };
  }
}
