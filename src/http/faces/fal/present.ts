import { isFinal } from '../../../domain/generation.ts';
import type { GenerationRow } from '../../../store/generation-row.ts';
import type { Links } from '../../links.ts';
import type { LogLine } from '../log-lines.ts';
import { outputOf } from '../output.ts';
import { falFailureOf } from './failures.ts';
import { application } from './read-call.ts';

/** The addresses of one job, which some clients follow. */
export function jobUrls(id: string, links: Links) {
  const response_url = links.absolute(`/fal/${application}/requests/${id}`);
  return { response_url, status_url: `${response_url}/status`, cancel_url: `${response_url}/cancel` };
}

/** The answer to a submit. */
export function presentQueued(id: string, ahead: number, links: Links) {
  return { status: 'IN_QUEUE', request_id: id, queue_position: ahead, ...jobUrls(id, links) };
}

/** The answer to a question for the state. `ahead` is how many go first, for a job that waits. */
export function presentStatus(
  row: GenerationRow,
  options: { ahead: number; logs: readonly LogLine[]; links: Links },
) {
  const { ahead, logs, links } = options;
  const job = { request_id: row.id, ...jobUrls(row.id, links) };
  if (row.status === 'pending') return { status: 'IN_QUEUE', queue_position: ahead, ...job };
  const entries = { logs: logs.map(presentLog) };
  if (!isFinal(row.status)) return { status: 'IN_PROGRESS', ...job, ...entries };
  const { startedAt, finishedAt } = row;
  const seconds =
    startedAt === null || finishedAt === null ? 0 : (finishedAt.getTime() - startedAt.getTime()) / 1_000;
  const failure = falFailureOf(row);
  return {
    status: 'COMPLETED',
    ...job,
    ...entries,
    metrics: { inference_time: seconds },
    ...(failure === undefined ? {} : { error: failure.message, error_type: failure.type }),
  };
}

function presentLog({ at, level, message }: LogLine) {
  return { message, level, source: 'USER', timestamp: at.toISOString() };
}

/** fal's output of a finished job; undefined for one that has no video, or none any more. */
export function presentOutput(row: GenerationRow, links: Links) {
  const output = outputOf(row, links);
  if (output === undefined) return undefined;
  const { url, name, facts } = output;
  return {
    video: { url, content_type: facts.contentType, file_name: name, file_size: facts.sizeBytes },
    seed: row.plan.seed,
  };
}
