import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import type { GenerationRow } from '../../../store/generation-row.ts';
import { mostPlaces } from '../../../store/queue.ts';
import { findGeneration } from '../../../store/read-generations.ts';
import { followGeneration } from '../../follow-generation.ts';
import { type LogLine, logLines } from '../log-lines.ts';
import { type FalContext, findJob } from './context.ts';
import { presentStatus } from './present.ts';

/** The state of a job: 202 until it has ended, 200 then. */
export async function status(context: FalContext, id: string): Promise<Response> {
  const { c, links } = context;
  const { row } = await findJob(context, id);
  const logs = wantsLogs(context) ? logLines(row) : [];
  const body = presentStatus(row, { ahead: await aheadOf(context, row), logs, links });
  return c.json(body, body.status === 'COMPLETED' ? 200 : 202, { 'X-Fal-Request-Id': id });
}

/** The state of a job now and at each change, as server-sent events; each carries only the logs that are new. */
export async function streamStatus(context: FalContext, id: string): Promise<Response> {
  const { c, deps, links } = context;
  const { caller } = await findJob(context, id);
  const gone = new AbortController();
  const fresh = newLines();
  const follow = async (stream: SSEStreamingApi) => {
    stream.onAbort(() => gone.abort());
    let last: string | undefined;
    for await (const row of followGeneration(deps, caller, { id, signal: gone.signal })) {
      const ahead = await aheadOf(context, row);
      const state = JSON.stringify([row.status, ahead, row.phase, row.progress]);
      if (state === last) {
        await stream.write(': still here\n\n');
        continue;
      }
      last = state;
      // One that waits is shown without logs; what it has is told once it has begun.
      const logs = wantsLogs(context) && row.status !== 'pending' ? fresh(logLines(row)) : [];
      await stream.writeSSE({ data: JSON.stringify(presentStatus(row, { ahead, logs, links })) });
    }
  };
  c.header('X-Fal-Request-Id', id);
  const { requestId } = c.var;
  return streamSSE(c, follow, async (error) => {
    deps.onUnexpected(error, { id: requestId, method: c.req.method, path: c.req.path });
  });
}

const wantsLogs = ({ addressed }: FalContext) => /^(1|true)$/i.test(addressed.query.get('logs') ?? '');

/** How many go first. One that is beyond all places is told the least that is certain. */
async function aheadOf({ queue, deps }: FalContext, row: GenerationRow): Promise<number> {
  if (row.status !== 'pending') return 0;
  const place = (await queue.explain(row.accountId, [row])).get(row.id)?.queue ?? null;
  if (place !== null) return place.position - 1;
  const now = await findGeneration(deps.store, row, row.id);
  return now?.status === 'pending' ? mostPlaces : 0;
}

/** Remembers what has been told. */
function newLines(): (lines: readonly LogLine[]) => LogLine[] {
  const told = new Set<string>();
  return (lines) => {
    const fresh = lines.filter(({ message }) => !told.has(message));
    for (const { message } of fresh) told.add(message);
    return fresh;
  };
}
