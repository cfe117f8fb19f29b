import type { Invocation } from '../command.ts';
import { openOperator } from '../session.ts';
import { serverTable } from './show.ts';

/** Sends no new work to a server, or does so again. */
export async function changeServer(
  invocation: Invocation,
  verb: 'drain' | 'resume',
  { engine, origin }: { engine: string; origin: string },
): Promise<void> {
  const { output, signal } = invocation;
  const session = await openOperator(invocation);
  try {
    const server = await session.client.engines.server(engine, verb, origin, { signal });
    output.data(server);
    for (const line of serverTable([server], output.style)) output.line(line);
    if (verb === 'drain')
      output.note(
        server.busy === 0
          ? 'It gets no new work, and has none: it can be taken out.'
          : 'It gets no new work; the jobs it has go on. When it is busy with none, it can be taken out.',
      );
  } finally {
    await session.close();
  }
}
