import type { EndpointName } from '../../../domain/request.ts';
import { accountOf } from '../../auth.ts';
import { waitForEnd } from '../wait-for-end.ts';
import type { FalContext } from './context.ts';
import { answerResult } from './result.ts';
import { accept } from './submit.ts';

/** Shorter than the five minutes after which Node's own fetch gives up a silent answer. */
const longestSeconds = 280;

/**
 * Takes a job and answers when it has ended. One that takes longer is answered as its result would be: still in
 * progress, with its id. It goes on, and so does that of a caller who hangs up.
 */
export async function run(context: FalContext, endpoint: EndpointName): Promise<Response> {
  const { c, deps } = context;
  const accepted = await accept(context, endpoint);
  const { signal } = c.req.raw;
  const wait = { id: accepted.id, seconds: longestSeconds, signal };
  const row = await waitForEnd(deps, accountOf(c), wait);
  return answerResult(context, row ?? accepted);
}
