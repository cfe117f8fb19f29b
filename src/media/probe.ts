import { linesOf } from './child-answers.ts';
import { reasonOfEnding } from './ending-reason.ts';
import type { Inspected } from './inspection.ts';
import type { StreamKind } from './job.ts';
import { mostFrames, readingLimits } from './limits.ts';
import { type Measure, startMeasure } from './measure.ts';
import type { ProbeResult } from './media.ts';
import type { MediaTools } from './media-tools.ts';
import { Nonsense } from './nonsense.ts';
import { type OpenedMedia, openMedia } from './open-media.ts';
import type { Child } from './spawn-child.ts';
import { withChild } from './start-child.ts';

const unreadable = (reason: string): ProbeResult => ({ status: 'unreadable', reason });

export async function probe(tools: MediaTools, path: string, signal?: AbortSignal): Promise<ProbeResult> {
  signal?.throwIfAborted();
  const opening = await openMedia(path);
  if (opening.status === 'unreadable') return opening;
  const { media } = opening;
  const measure = startMeasure(media);
  if (media.container.kind === 'image') return await inspect(tools, media, measure, ['video'], signal);
  if (tools.backend.listStreams === undefined)
    return await inspect(tools, media, measure, ['video', 'audio'], signal);
  const listed = await listStreams(tools, media, signal);
  if (listed.status === 'unreadable') return listed;
  const reason = firstReason(listed.found, measure);
  if (reason !== undefined) return unreadable(reason);
  const kinds = listed.found.flatMap((found) => (found.type === 'stream' ? [found.kind] : []));
  return await inspect(tools, media, measure, kinds, signal);
}

async function listStreams(
  tools: MediaTools,
  { source, container }: OpenedMedia,
  signal: AbortSignal | undefined,
): Promise<{ status: 'listed'; found: Inspected[] } | { status: 'unreadable'; reason: string }> {
  const command = tools.backend.listStreams?.command(source);
  if (command === undefined) return { status: 'listed', found: [] };
  const { ending } = await withChild(
    tools,
    { command, limits: readingLimits, signal },
    (child) => child.ended,
  );
  const found = tools.backend.listStreams?.read(ending.said) ?? [];
  return found.some(({ type }) => type === 'stream')
    ? { status: 'listed', found }
    : { status: 'unreadable', reason: reasonOfEnding(ending, container) };
}

async function inspect(
  tools: MediaTools,
  { source, container }: OpenedMedia,
  measure: Measure,
  streams: readonly StreamKind[],
  signal: AbortSignal | undefined,
): Promise<ProbeResult> {
  const { backend } = tools;
  const mostPictures = container.kind === 'image' ? 1 : mostFrames + 1;
  const command = backend.command({ task: 'inspect', source, streams, mostPictures });
  const read = backend.readInspection();
  const options = { command, limits: readingLimits, signal };
  const { answer, ending } = await withChild(tools, options, async (child) => {
    try {
      for await (const line of linesOf(child.stdout)) {
        const reason = firstReason(read(line), measure);
        if (reason !== undefined) return stop(child, reason);
      }
      return undefined;
    } catch (error) {
      if (error instanceof Nonsense) return stop(child, 'its decoder answers with nonsense');
      throw error;
    }
  });
  const reason = answer ?? firstReason(backend.readComplaints?.(ending.said) ?? [], measure);
  if (reason !== undefined) return unreadable(reason);
  const result = ending.status === 'done' ? measure.result() : undefined;
  return result ?? unreadable(reasonOfEnding(ending, container));
}

function stop(child: Child, reason: string): string {
  child.kill();
  return reason;
}

function firstReason(found: readonly Inspected[], measure: Measure): string | undefined {
  for (const one of found) {
    const reason = measure.add(one);
    if (reason !== undefined) return reason;
  }
  return undefined;
}
