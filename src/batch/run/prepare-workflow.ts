import { type Client, KinoraError } from '../../client/index.ts';
import { applyCaps } from '../plan/cap-limits.ts';
import type { Workflow } from '../workflow.ts';

/**
 * Says to the server what a workflow says of itself as a whole, before any of its rows is asked for; what it does not say
 * stays as it is there. `note` is told what a person should know.
 */
export async function prepareWorkflow(
  { client, signal }: { client: Client; signal: AbortSignal },
  workflow: Pick<Workflow, 'name' | 'review' | 'publish' | 'matrix' | 'sink' | 'caps'>,
  note: (text: string) => void,
): Promise<void> {
  const { name, review, publish, matrix } = workflow;
  // Before any video carries a code: one that would mean two things is refused.
  if (matrix !== undefined) await client.ads.putMatrix(name, matrix, { signal });
  if (review !== undefined || publish !== undefined)
    await client.workflows.change(
      name,
      {
        ...(review === undefined ? {} : { review }),
        ...(publish === undefined ? {} : { published: publish }),
      },
      { signal },
    );
  if (workflow.sink.length > 0 && publish !== true && !(await isPublished(client, name, signal)))
    note(`${name} has no public addresses, so sinks get none: set publish: true in its file.`);
  for (const { limit_credits: limit, period } of await applyCaps({ client, signal }, workflow))
    note(
      `${name} may spend ${limit.toLocaleString('en')} credits ${period === 'total' ? 'in all' : period === 'daily' ? 'a day' : 'a month'}`,
    );
}

async function isPublished(client: Client, name: string, signal: AbortSignal): Promise<boolean> {
  try {
    return (await client.workflows.get(name, { signal })).published;
  } catch (error) {
    if (error instanceof KinoraError && error.status === 404) return false;
    throw error;
  }
}
