import type { GenerationRow } from '../../../store/generation-row.ts';
import type { Links } from '../../links.ts';
import { falFailureOf, presentFailure } from './failures.ts';
import { presentOutput } from './present.ts';

/** The envelope of fal's webhooks, sent when a job has ended: its output, or what its result would answer. */
export function falWebhook(row: GenerationRow, { links }: { links: Links }): object {
  const ids = { request_id: row.id, gateway_request_id: row.id };
  const failure = falFailureOf(row);
  if (failure === undefined)
    return { ...ids, status: 'OK', error: null, payload: presentOutput(row, links) ?? null };
  const error = `Unexpected status code: ${failure.status}`;
  return { ...ids, status: 'ERROR', error, payload: presentFailure(row, failure, links) };
}
