import { isFinal } from '../../../domain/generation.ts';
import type { MediaKind } from '../../../domain/media-facts.ts';
import type { GenerationRow } from '../../../store/generation-row.ts';
import type { Links } from '../../links.ts';
import { secondsBetween } from '../../present-generation.ts';
import { logLines } from '../log-lines.ts';
import { outputOf } from '../output.ts';
import { writeTags } from './prompt-tags.ts';
import { model } from './read-prediction.ts';

export const predictionsPath = '/replicate/v1/predictions';

/** A generation as Replicate shows a prediction. */
export function presentPrediction(row: GenerationRow, links: Links) {
  const at = links.absolute(`${predictionsPath}/${row.id}`);
  const { createdAt, startedAt, finishedAt } = row;
  const metrics = isFinal(row.status)
    ? {
        metrics: {
          predict_time: secondsBetween(startedAt, finishedAt) ?? 0,
          total_time: secondsBetween(createdAt, finishedAt) ?? 0,
        },
      }
    : {};
  return {
    id: row.id,
    model,
    version: row.model,
    input: inputOf(row, links),
    output: outputOf(row, links)?.url ?? null,
    status: statusOf(row),
    error: row.outcome === 'canceled' ? null : row.failureMessage,
    logs: logLines(row)
      .map(({ message }) => message)
      .join('\n'),
    ...metrics,
    created_at: createdAt.toISOString(),
    started_at: startedAt?.toISOString() ?? null,
    completed_at: finishedAt?.toISOString() ?? null,
    data_removed: row.deletedAt !== null,
    source: 'api',
    urls: { get: at, cancel: `${at}/cancel` },
  };
}

/**
 * The answer to the call that made it. One that has not ended is always said to be starting: the JavaScript client takes
 * a prediction that is processing for its final state, and would answer without a video.
 */
export function presentCreated(row: GenerationRow, links: Links) {
  const prediction = presentPrediction(row, links);
  return isFinal(row.status) ? prediction : { ...prediction, status: 'starting' };
}

function statusOf({ status, outcome }: GenerationRow): string {
  switch (status) {
    case 'pending':
      return 'starting';
    case 'processing':
      return 'processing';
    case 'complete':
      return 'succeeded';
    case 'failed':
      return outcome === 'canceled' ? 'canceled' : 'failed';
  }
}

/** What was asked for, written as its caller would; references as links that anybody can follow for a day. */
function inputOf(row: GenerationRow, links: Links) {
  const { plan, prompt } = row;
  const linksOf = (kind: MediaKind) =>
    plan.references
      .filter((reference) => reference.kind === kind)
      .flatMap(({ fileId: id, facts }) =>
        id === undefined ? [] : [links.contentUrl({ id, contentType: facts.contentType })],
      );
  const [image] = linksOf('image');
  const references =
    row.endpoint === 'image-to-video'
      ? { image }
      : {
          reference_images: linksOf('image'),
          reference_videos: linksOf('video'),
          reference_audios: linksOf('audio'),
        };
  return {
    prompt: writeTags(prompt),
    ...references,
    duration: row.durationSeconds,
    aspect_ratio: row.aspectRatio,
    resolution: '720p',
    generate_audio: plan.generateAudio,
    seed: plan.seed,
  };
}
