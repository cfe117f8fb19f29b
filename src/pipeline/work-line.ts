import { setTimeout as sleep } from 'node:timers/promises';
import type { PipelineDeps } from './deps.ts';

/** Work of one kind that a process does, a few at once, until it is stopped. */
export interface WorkLine {
  /** Says that there may be work, so that it is looked for now. */
  nudge(): void;
  /** Resolves when what was under way is written down. */
  done: Promise<void>;
}

/** How long a line rests that found nothing to do, unless it says otherwise. */
const usualIdleMs = 1_000;

/** The rest of lines that claim: a nudge comes from the same process only, and who submits to another waits that long. */
export const claimIdleMs = 250;

/** Takes work while there is room and does it side by side; with nothing to take it waits a moment or for a nudge. */
export function workLine(
  deps: Pick<PipelineDeps, 'onUnexpected'>,
  stopping: AbortSignal,
  line: {
    doing: string;
    room: number;
    idleMs?: number;
    take(room: number): Promise<(() => Promise<void>)[]>;
  },
): WorkLine {
  const running = new Set<Promise<void>>();
  let wake = () => {};
  const take = async () => {
    try {
      return await line.take(line.room - running.size);
    } catch (error) {
      deps.onUnexpected(error, line.doing);
      return [];
    }
  };
  const begin = (work: () => Promise<void>) => {
    const done = work()
      .catch((error: unknown) => deps.onUnexpected(error, line.doing))
      .finally(() => {
        running.delete(done);
        wake();
      });
    running.add(done);
  };
  const loop = async () => {
    while (!stopping.aborted) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const works = running.size < line.room ? await take() : [];
      for (const work of works) begin(work);
      if (works.length > 0) continue;
      const rest = new AbortController();
      await Promise.race([
        woken,
        sleep(line.idleMs ?? usualIdleMs, undefined, { signal: rest.signal }).catch(() => {}),
      ]);
      rest.abort();
    }
    await Promise.all(running);
  };
  stopping.addEventListener('abort', () => wake());
  return { nudge: () => wake(), done: loop() };
}
