import type { JobState } from '../../domain/engine.ts';
import { failure } from '../provider-results.ts';
import { executionErrorSchema, filesOf, type HistoryEntry, type OutputFile } from './wire.ts';

const videoEndings = /\.(mp4|mov|webm|mkv)$/i;

/** How a job has ended, by the server's own record. A record that tells of no end says nothing yet. */
export function readHistory(
  { status, outputs }: HistoryEntry,
  { output, server }: { output: string; server: string },
): JobState {
  const messages = status?.messages ?? [];
  if (messages.some(([event]) => event === 'execution_interrupted')) return { status: 'canceled' };
  if (status?.status_str === 'error') return failureOf(messages);
  if (status?.status_str !== 'success') return { status: 'pending' };
  const video = filesOf(outputs[output]).find(({ filename }) => videoEndings.test(filename));
  if (video === undefined)
    return failure('engine_failed', `The workflow ended well, and its node ${output} left no video.`, {
      retryable: false,
    });
  return {
    status: 'done',
    output: { url: urlOf(server, video) },
    // The machine is the operator's own.
    usage: { billedSeconds: null, costMicroUsd: null },
  };
}

function urlOf(server: string, { filename, subfolder = '', type = 'output' }: OutputFile): string {
  return `${server}/view?${new URLSearchParams({ filename, subfolder, type })}`;
}

/** Of a full card and of other faults of the machine: another try may well succeed. */
const passing = /out ?of ?memory|oom|cuda|cublas|cudnn|hip error|connection/i;

function failureOf(messages: readonly (readonly [string, unknown, ...unknown[]])[]): JobState {
  const told = messages.find(([event]) => event === 'execution_error')?.[1];
  const error = executionErrorSchema.safeParse(told).data ?? {};
  const { node_id: id, node_type: type, exception_message: said, exception_type: kind = '' } = error;
  const where = id === undefined ? 'The workflow' : `Its node ${id} (${type ?? 'unknown'})`;
  const why = said?.trim() ?? kind;
  return failure('engine_failed', `${where} failed: ${why === '' ? 'it did not say why.' : why}`, {
    retryable: passing.test(`${kind} ${said ?? ''}`),
  });
}
