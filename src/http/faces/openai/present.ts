import { isFinal } from '../../../domain/generation.ts';
import type { GenerationRow } from '../../../store/generation-row.ts';
import { model } from './read-video.ts';

/** A generation as OpenAI shows a video. */
export function presentVideo(row: GenerationRow) {
  const { plan, outputFacts: facts, failureCode, failureMessage, finishedAt } = row;
  const width = facts?.width ?? plan.width;
  const height = facts?.height ?? plan.height;
  return {
    id: row.id,
    object: 'video',
    status: statusOf(row),
    progress: row.status === 'complete' ? 100 : Math.floor(Math.min(row.progress, 0.99) * 100),
    created_at: unixSeconds(row.createdAt),
    completed_at: finishedAt === null ? null : unixSeconds(finishedAt),
    // Kept until it is deleted.
    expires_at: null,
    model,
    prompt: row.prompt,
    seconds: String(row.durationSeconds),
    size: `${width}x${height}`,
    seed: plan.seed,
    error:
      !isFinal(row.status) || failureCode === null
        ? null
        : { code: failureCode, message: failureMessage ?? `It failed: ${failureCode}.` },
    remixed_from_video_id: null,
  };
}

function statusOf({ status }: GenerationRow): string {
  switch (status) {
    case 'pending':
      return 'queued';
    case 'processing':
      return 'in_progress';
    case 'complete':
      return 'completed';
    case 'failed':
      return 'failed';
  }
}

const unixSeconds = (date: Date) => Math.floor(date.getTime() / 1_000);
