import { isFinal } from '../../../domain/generation.ts';
import type { GenerationRow } from '../../../store/generation-row.ts';
import { type FalContext, findJob } from './context.ts';
import { type FalFailure, falFailureOf, presentFailure } from './failures.ts';
import { presentOutput } from './present.ts';

/** The output of a job, or why there is none. */
export async function result(context: FalContext, id: string): Promise<Response> {
  return answerResult(context, (await findJob(context, id)).row);
}

export function answerResult(context: FalContext, row: GenerationRow): Response {
  const { c, links } = context;
  c.header('X-Fal-Request-Id', row.id);
  const failure = falFailureOf(row);
  if (failure !== undefined) return answerFailure(context, row, failure);
  const output = presentOutput(row, links);
  if (output !== undefined) return c.json(output, 200);
  if (!isFinal(row.status))
    // Some clients know this very text, and go on asking.
    return c.json(
      { detail: 'Request is still in progress', message: whatToDo(row), request_id: row.id },
      400,
    );
  const gone = 'The video of this request has been deleted.';
  return c.json({ detail: gone, message: gone, error_type: 'not_found', code: 'not_found' }, 404);
}

function answerFailure({ c, links }: FalContext, row: GenerationRow, failure: FalFailure): Response {
  c.header('X-Fal-Error-Type', failure.type);
  if (row.failureCode === 'start_deadline_passed') c.header('X-Fal-Request-Timeout-Type', 'user');
  const body = JSON.stringify(presentFailure(row, failure, links));
  // Hono's list of statuses ends before 499, which fal has made up for itself.
  return c.body(body, failure.status as 400, { 'Content-Type': 'application/json' });
}

const whatToDo = ({ id }: GenerationRow) =>
  `Request is still in progress. Ask again for the status or the result of ${id}; do not send the request again.`;
