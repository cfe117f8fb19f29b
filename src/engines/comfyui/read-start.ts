import type { StartResult } from '../../domain/engine.ts';
import type { Reply } from '../ask-server.ts';
import { refusalSchema, startedSchema } from './wire.ts';

/** What an answer to `POST /prompt` means. Where it is not said clearly whether there is a job now, it is lost. */
export function readStart(reply: Reply, server: string): StartResult {
  if (reply.status === 'unreached') return unavailable(server, reply.message);
  if (reply.status === 'lost') return { status: 'lost', message: `The server ${server}: ${reply.message}.` };
  const { code, body } = reply;
  if (code === 200) {
    const started = startedSchema.safeParse(body);
    if (!started.success)
      return { status: 'lost', message: `The server ${server} answered 200 and named no job.` };
    return { status: 'accepted', handle: { server, prompt_id: started.data.prompt_id }, notes: [] };
  }
  if (code === 400)
    return {
      status: 'failed',
      code: 'engine_failed',
      message: `The server ${server} does not take the workflow: ${refusalOf(body)}`,
      retryable: false,
    };
  if (code < 500) return unavailable(server, `it answered ${code}`);
  return { status: 'lost', message: `The server ${server} answered ${code}.` };
}

export const unavailable = (server: string, said: string): StartResult => ({
  status: 'failed',
  code: 'engine_unavailable',
  message: `The server ${server}: ${said}.`,
  retryable: true,
});

/** Its general sentence says nothing; what it has against which node does. */
function refusalOf(body: unknown): string {
  const refusal = refusalSchema.safeParse(body);
  if (!refusal.success) return 'it did not say why.';
  const { error, node_errors: nodes } = refusal.data;
  const told = Object.entries(nodes).flatMap(([id, { class_type: type, errors }]) =>
    errors.map(
      ({ message, details = '' }) =>
        `node ${id} (${type ?? 'unknown'}): ${message}${details === '' ? '' : ` (${details})`}`,
    ),
  );
  if (told.length > 0) return `${told.join('; ')}.`;
  return typeof error === 'string' ? error : [error.message, error.details].filter(Boolean).join(': ');
}
