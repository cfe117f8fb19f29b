import { outcomeOf } from '../domain/generation.ts';
import type { GenerationRow } from '../store/generation-row.ts';
import type { Links } from './links.ts';
import { presentGeneration } from './present-generation.ts';

/** The envelope of fal's webhooks: the result of the model, or its error. Sent when a generation has ended. */
export function falBody(generation: GenerationRow, { links }: { links: Links }): object {
  const { id, failureCode, failureMessage } = generation;
  const { output } = presentGeneration(generation, links, undefined);
  const ids = { request_id: id, gateway_request_id: id };
  if (output === null) {
    const rejected = failureCode !== null && outcomeOf[failureCode] === 'rejected';
    const type = rejected ? 'content_policy_violation' : 'downstream_service_error';
    const message = failureMessage ?? 'The generation failed.';
    const detail = [{ loc: ['body'], msg: message, type }];
    return { ...ids, status: 'ERROR', error: message, payload: { detail } };
  }
  const { url, content_type, size_bytes: file_size } = output;
  const video = { url, content_type, file_name: `${id}.mp4`, file_size };
  return { ...ids, status: 'OK', error: null, payload: { video, seed: generation.plan.seed } };
}

/** A prediction, as Replicate's webhooks carry it. */
export function replicateBody(generation: GenerationRow, { links }: { links: Links }): object {
  const { id, status, outcome, failureMessage, createdAt, startedAt, finishedAt, endpoint } = generation;
  const { output, timings } = presentGeneration(generation, links, undefined);
  const url = links.absolute(`/replicate/v1/predictions/${id}`);
  return {
    id,
    model: 'bytedance/seedance-2.0',
    version: endpoint,
    input: { prompt: generation.prompt, duration: generation.durationSeconds, seed: generation.plan.seed },
    output: output?.url ?? null,
    status: predictionStatus(status, outcome),
    error: failureMessage,
    logs: '',
    metrics: { predict_time: timings.processing_seconds },
    created_at: createdAt.toISOString(),
    started_at: startedAt?.toISOString() ?? null,
    completed_at: finishedAt?.toISOString() ?? null,
    urls: { get: url, cancel: `${url}/cancel` },
  };
}

function predictionStatus(status: GenerationRow['status'], outcome: GenerationRow['outcome']): string {
  if (status === 'pending') return 'starting';
  if (status === 'processing') return 'processing';
  if (status === 'complete') return 'succeeded';
  return outcome === 'canceled' ? 'canceled' : 'failed';
}
