import type { Callback, CallbackReading } from '../../domain/engine.ts';
import { parsedJson } from '../parsed-json.ts';
import { signatureFault, signatureHeader } from './callback-signature.ts';
import { callbackBodySchema } from './wire.ts';

/** Of a callback nothing is taken but the name of its job. */
export function readCallback(
  { attemptId, headers, body }: Callback,
  { secret, now }: { secret: string; now: number },
): CallbackReading {
  const fault = signatureFault(body, { signature: headers[signatureHeader], secret, now });
  if (fault !== undefined) return { status: 'forged', message: fault };
  const said = callbackBodySchema.safeParse(parsedJson(body));
  if (!said.success) return { status: 'genuine', handle: undefined };
  if (said.data.attempt_id !== attemptId)
    return { status: 'forged', message: 'It tells of another attempt than its address does.' };
  return { status: 'genuine', handle: { job_id: said.data.job_id } };
}
