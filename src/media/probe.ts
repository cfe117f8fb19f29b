import { linesOf } from './child-answers.ts';
import { reasonOfEnding } from './ending-reason.ts';
import type { Inspected } from './inspection.ts';
import { readingLimits } from './limits.ts';
import { type Measure, startMeasure } from './measure.ts';
import type { ProbeResult } from './media.ts';
import type { MediaTools } from './media-tools.ts';
import { type OpenedMedia, openMedia } from './open-media.ts';
import { withChild } from './with-child.ts';

export async function probe(tools: MediaTools, path: string, signal?: AbortSignal): Promise<ProbeResult> {
  signal?.throwIfAborted();
  const opening = await openMedia(path);
  return opening.status === 'opened' ? await inspect(tools, opening.media, signal) : opening;
}

async function inspect(
  tools: MediaTools,
  media: OpenedMedia,
  signal: AbortSignal | undefined,
): Promise<ProbeResult> {
  const { source, container } = media;
  const command = tools.backend.command({
    task: 'inspect',
    source,
    firstPictureOnly: container.kind === 'image',
  });
  const measure = startMeasure(media);
  const inspection = tools.backend.readInspection();
  const { answer: refused, ending } = await withChild(
    tools,
    { command, limits: readingLimits, signal },
    async (child) => {
      for await (const line of linesOf(child.stdout)) {
        const reason = firstReason(inspection.onLine(line), measure);
        if (reason !== undefined) {
          child.kill();
          return reason;
        }
      }
      return undefined;
    },
  );
  const reason = refused ?? firstReason(inspection.onEnd(ending.said), measure);
  if (reason !== undefined) return { status: 'unreadable', reason };
  const result = ending.status === 'done' ? measure.result() : undefined;
  return result ?? { status: 'unreadable', reason: reasonOfEnding(ending, container) };
}

function firstReason(found: readonly Inspected[], measure: Measure): string | undefined {
  for (const one of found) {
    const reason = measure.add(one);
    if (reason !== undefined) return reason;
  }
  return undefined;
}
