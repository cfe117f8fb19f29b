import type { ChildLimits } from './limits.ts';
import type { MediaTools } from './media-tools.ts';
import type { Command } from './sandbox.ts';
import { type Child, type Ending, spawnChild } from './spawn-child.ts';

/**
 * Starts a child, has `use` read its answer, and tells how it ended. However `use` ends, the child is gone when
 * this settles; an aborted signal rejects with its reason.
 */
export async function withChild<T>(
  tools: MediaTools,
  options: { command: Command; limits: ChildLimits; signal?: AbortSignal | undefined },
  use: (child: Child) => Promise<T>,
): Promise<{ answer: T; ending: Ending }> {
  const { signal } = options;
  const child = await spawnChild({ ...options, scratch: tools.scratch });
  try {
    const answer = await use(child);
    return { answer, ending: await child.ended };
  } finally {
    child.kill();
    await child.ended;
    signal?.throwIfAborted();
  }
}
