import { likelyEngine } from '../../../actions/route-request.ts';
import { isRepeat } from '../../../actions/submit-generation.ts';
import { AppError } from '../../../domain/errors.ts';
import type { EndpointName } from '../../../domain/request.ts';
import type { GenerationRow } from '../../../store/generation-row.ts';
import { accountOf } from '../../auth.ts';
import { idempotencyKeyOf } from '../../idempotency-key.ts';
import { readJsonObject } from '../read-json.ts';
import { submitTranslated } from '../translated.ts';
import type { FalContext } from './context.ts';
import { presentQueued } from './present.ts';
import { readFalInput } from './read-input.ts';

/** Takes a job into the queue. */
export async function submit(context: FalContext, endpoint: EndpointName): Promise<Response> {
  const { c, links, queue } = context;
  const refused = await refuseLongQueue(context, endpoint);
  if (refused !== undefined) return refused;
  const row = await accept(context, endpoint);
  const ahead = await queue.waitingFor(row.engine);
  return c.json(presentQueued(row.id, ahead, links), 200, { 'X-Fal-Request-Id': row.id });
}

export async function accept(
  { c, deps, links, addressed }: FalContext,
  endpoint: EndpointName,
): Promise<GenerationRow> {
  const input = await readJsonObject(c);
  const { headers } = c.req.raw;
  return submitTranslated(c, deps, readFalInput({ endpoint, input, headers, query: addressed.query, links }));
}

/** How long a video is taken to be before its request is read. */
const usualSeconds = 5;

/** A caller may rather be refused than wait behind more than so many. */
async function refuseLongQueue(
  { c, deps, queue, addressed }: FalContext,
  endpoint: EndpointName,
): Promise<Response | undefined> {
  const limit = addressed.query.get('fal_max_queue_length');
  if (limit === null) return undefined;
  if (!/^\d{1,9}$/.test(limit)) throw noQueueLength();
  // However long the line is by now: a repeat is answered as the first time.
  if (await isRepeat(deps, accountOf(c), idempotencyKeyOf(c))) return undefined;
  const asked = { ...accountOf(c), endpoint, workflow: undefined, durationSeconds: usualSeconds };
  const { engine } = await likelyEngine(deps, asked);
  const waiting = await queue.waitingFor(engine.name);
  if (waiting <= Number(limit)) return undefined;
  const message = `${waiting} requests wait, and fal_max_queue_length allows ${limit}.`;
  const type = 'queue_length_exceeded';
  return c.json({ detail: message, error_type: type, message, code: 'unavailable', retryable: true }, 429, {
    'X-Fal-Error-Type': type,
  });
}

function noQueueLength(): AppError {
  const fault = {
    pointer: '/fal_max_queue_length',
    code: 'invalid_request',
    message: 'fal_max_queue_length must be a whole number.',
  } as const;
  return new AppError(fault.code, fault.message, { faults: [fault] });
}
