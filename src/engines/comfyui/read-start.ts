import type { StartResult } from '../../domain/engine.ts';
import { ofServer } from '../ask-server.ts';
import type { Answer } from '../json-api.ts';
import { failure, isCertainRefusal, lost, unreached } from '../provider-results.ts';
import { refusalSchema, startedSchema } from './wire.ts';

/** What an answer to `POST /prompt` means. Where it is not said clearly whether there is a job now, it is lost. */
export function readStart(answer: Answer, server: string): StartResult {
  if (answer.status === 'unreached') return unreached(ofServer(server, answer.message));
  if (answer.status === 'lost') return lost(ofServer(server, answer.message));
  const { code, body } = answer;
  if (code === 200) {
    const started = startedSchema.safeParse(body);
    if (!started.success) return lost(ofServer(server, 'It answered 200 and named no job.'));
    return { status: 'accepted', handle: { server, prompt_id: started.data.prompt_id }, notes: [] };
  }
  if (code === 400)
    return failure('engine_failed', ofServer(server, `It does not take the workflow: ${refusalOf(body)}`), {
      retryable: false,
    });
  const message = ofServer(server, `It answered ${code}.`);
  return isCertainRefusal(code) ? unreached(message) : lost(message);
}

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
