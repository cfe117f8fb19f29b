import type { CheckResult, JobState } from '../../domain/engine.ts';
import type { Answer } from '../json-api.ts';
import { failure, unavailable } from '../provider-results.ts';
import { costOf } from './cost-of.ts';
import { failureOf } from './read-error.ts';
import type { TokenPrice } from './sites.ts';
import { refusalSchema, type Task, taskSchema, videoUrlSchema } from './wire.ts';

/** The task that an answer tells of, or what it means that there is none. */
export function readTask(answer: Answer): { status: 'told'; task: Task } | CheckResult {
  if (answer.status !== 'answered') return unavailable(answer, answer.message);
  const { code, body } = answer;
  const task = code === 200 ? taskSchema.safeParse(body) : undefined;
  if (task?.success === true) return { status: 'told', task: task.data };
  const refused = refusalSchema.safeParse(body);
  const words = refused.data?.error.message ?? `ModelArk answered ${code} and told of no task.`;
  // Not any 404: one of a proxy says nothing about the task.
  if (code === 404 && refused.success) return { status: 'unknown', message: words };
  return unavailable(answer, words);
}

/** What an answer to a check means. Only a clear word is an end. */
export function readCheck(answer: Answer, price: TokenPrice | undefined): CheckResult {
  const told = readTask(answer);
  return told.status === 'told' ? stateOf(told.task, price) : told;
}

function stateOf(task: Task, price: TokenPrice | undefined): JobState {
  switch (task.status) {
    case 'queued':
    case 'running':
      return { status: 'pending' };
    case 'succeeded': {
      const url = videoUrlSchema.safeParse(task.content?.video_url);
      // "Done" without a video is not an end: the next answer may hold it.
      return url.success
        ? {
            status: 'done',
            output: { url: url.data },
            usage: { billedSeconds: null, costMicroUsd: costOf(task, price) },
          }
        : { status: 'pending' };
    }
    case 'failed':
      return failureOf(task.error ?? { code: 'no code', message: 'ModelArk failed and did not say why.' });
    case 'expired':
      return failure('engine_unavailable', 'ModelArk did not make it before it expired.', {
        retryable: true,
      });
    case 'cancelled':
      return { status: 'canceled' };
    default:
      return { status: 'pending' };
  }
}
