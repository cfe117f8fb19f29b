import { cancelGeneration } from '../../../store/end-generation.ts';
import { type FalContext, findJob } from './context.ts';

/** Asks a job to stop; twice is no fault. Words and success are both said, since fal's own descriptions differ. */
export async function cancel(context: FalContext, id: string): Promise<Response> {
  const { c, deps } = context;
  const { caller } = await findJob(context, id);
  const canceled = await cancelGeneration(deps.store, caller, id, caller.keyId);
  const { row } = await findJob(context, id);
  c.header('X-Fal-Request-Id', id);
  if (canceled !== 'too_late' || row.outcome === 'canceled')
    return c.json({ status: 'CANCELLATION_REQUESTED', success: true }, 202);
  const message = `The request ${id} has already ended: ${row.status}.`;
  const refused = { status: 'ALREADY_COMPLETED', success: false };
  return c.json({ ...refused, detail: message, message, code: 'invalid_state' }, 400);
}
