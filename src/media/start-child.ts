import type { ChildLimits } from './limits.ts';
import type { MediaTools } from './media-tools.ts';
import type { Command } from './sandbox.ts';
import { type Child, type Ending, spawnChild } from './spawn-child.ts';

export interface ChildOptions {
  command: Command;
  limits: ChildLimits;
  signal?: AbortSignal | undefined;
}

/** Starts a child of the backend, once that is known to work. */
export async function startChild({ backend, scratch }: MediaTools, options: ChildOptions): Promise<Child> {
  options.signal?.throwIfAborted();
  await backend.ready?.();
  return await spawnChild({ ...options, scratch });
}

/**
 * Starts a child, has `use` read its answer, and tells how it ended. However `use` ends, the child is gone when
 * this settles; an aborted signal rejects with its reason.
 */
export async function withChild<T>(
  tools: MediaTools,
  options: ChildOptions,
  use: (child: Child) => Promise<T>,
): Promise<{ answer: T; ending: Ending }> {
  const child = await startChild(tools, options);
  try {
    const answer = await use(child);
    return { answer, ending: await child.ended };
  } finally {
    child.kill();
    await child.ended;
    options.signal?.throwIfAborted();
  }
}
