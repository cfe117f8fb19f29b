import type { Client } from '../../client/index.ts';
import type { SinkMarking, SinkResult } from '../sinks/sink.ts';

/** Notes on the server what a sink has taken, a few at a time. */
export interface MarkKeeper {
  /** Told of each result once the sink has it for good. Never rejects: what cannot be noted is told again by the next run. */
  taken(result: SinkResult): Promise<void>;
  /** Notes the rest, also where the run is being stopped. Rejects with what kept it from noting anything. */
  close(): Promise<void>;
}

/** Few enough that little is told again after a crash, however slow a receiver is. */
const mostHeld = 500;
const longestHeldMs = 2_000;

const closeMs = 10_000;

export function createMarkKeeper(
  client: Client,
  workflow: string,
  marking: SinkMarking,
  signal: AbortSignal,
): MarkKeeper {
  type Mark = Parameters<Client['workflows']['delivered']>[2][number];
  let held: Mark[] = [];
  let since = performance.now();
  let trouble: { error: unknown } | undefined;

  const flush = async (within: AbortSignal) => {
    const marks = held.splice(0);
    since = performance.now();
    if (marks.length === 0 || trouble !== undefined) return;
    try {
      await client.workflows.delivered(workflow, marking.name, marks, { signal: within });
    } catch (error) {
      if (within.aborted) held = [...marks, ...held];
      else trouble = { error };
    }
  };

  return {
    async taken({ key, version, video_url, values, telling }) {
      if (telling === undefined || (version === null) !== (video_url === null))
        throw new Error(`what a sink has taken of ${key} cannot be noted`);
      if (held.length === 0) since = performance.now();
      held.push({ key, version, video_url, telling: telling.number, tag: marking.tagOf(values) });
      if (held.length >= mostHeld || performance.now() - since >= longestHeldMs) await flush(signal);
    },
    async close() {
      await flush(AbortSignal.timeout(closeMs));
      if (trouble !== undefined) throw trouble.error;
    },
  };
}
