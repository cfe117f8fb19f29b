import type { CheckResult, JobState } from '../../domain/engine.ts';
import type { Answer } from '../json-api.ts';
import { failure, unavailable } from '../provider-results.ts';
import { isRejection } from './rejection.ts';
import { outputSchema, type Prediction, predictionSchema, problemSchema } from './wire.ts';

/** What an answer to a check means. Only a clear word is an end. */
export function readCheck(answer: Answer): CheckResult {
  if (answer.status !== 'answered') return unavailable(answer, answer.message);
  const { code, body } = answer;
  const prediction = code === 200 ? predictionSchema.safeParse(body) : undefined;
  if (prediction?.success === true) return stateOf(prediction.data);
  const problem = problemSchema.safeParse(body);
  const words = problem.data?.detail ?? `Replicate answered ${code} and told of no prediction.`;
  // Not any 404: one of a proxy says nothing about the prediction.
  if (code === 404 && problem.success) return { status: 'unknown', message: words };
  return unavailable(answer, words);
}

function stateOf(prediction: Prediction): JobState {
  switch (prediction.status) {
    case 'starting':
    case 'processing':
      return { status: 'pending' };
    case 'succeeded': {
      const output = outputSchema.safeParse(prediction.output);
      if (output.success)
        return {
          status: 'done',
          output: { url: output.data },
          // Replicate does not say what it has charged.
          usage: { billedSeconds: null, costMicroUsd: null },
        };
      if (prediction.data_removed === true)
        return failure('output_lost', 'Replicate has removed the video before it was fetched.', {
          retryable: false,
        });
      // "Done" without a video is not an end: the next answer may hold it.
      return { status: 'pending' };
    }
    case 'failed':
      return failed(prediction.error);
    case 'canceled':
      return { status: 'canceled' };
    case 'aborted':
      return failure('engine_unavailable', 'Replicate ended it before it had begun.', { retryable: true });
    default:
      return { status: 'pending' };
  }
}

function failed(error: unknown): JobState {
  const words = typeof error === 'string' && error !== '' ? error : 'Replicate failed and did not say why.';
  if (isRejection(words)) return failure('content_rejected', words, { retryable: false });
  const canPass = /timed? ?out|temporar|unavailable|overloaded|try again later|internal|E1000|E6716/i.test(
    words,
  );
  return failure('engine_failed', words, { retryable: canPass });
}
