import type { Context } from 'hono';
import type { SubmitCommand } from '../../actions/submit-command.ts';
import { submitGeneration } from '../../actions/submit-generation.ts';
import { AppError, type Fault } from '../../domain/errors.ts';
import type { Note } from '../../domain/plan.ts';
import type { EndpointName } from '../../domain/request.ts';
import type { GenerationWebhook } from '../../domain/webhook.ts';
import type { GenerationRow } from '../../store/generation-row.ts';
import { accountOf } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { idempotencyKeyOf } from '../idempotency-key.ts';
import { readRequest } from '../read-request.ts';
import { invalid } from '../validation.ts';
import { type FieldNames, inOtherWords } from './other-words.ts';
import type { Unread } from './read-json.ts';

/** A foreign request in our own words. */
export interface Translated {
  endpoint: EndpointName;
  /** As `/v1` takes it. `aspect_ratio` may be `auto`. */
  body: Unread;
  /** What the fields of `body` are called where the request came from. */
  names: FieldNames;
  /** What could not be translated. */
  faults: Fault[];
  /** What was decided for the caller. */
  notes: Note[];
  /** How `webhook_url` is told, in the form of the caller's API. */
  webhook: Omit<GenerationWebhook, 'url'>;
}

/**
 * Submits a translated request as `/v1` would: the same action, the same refusals, an `Idempotency-Key` honoured.
 * Throws an AppError whose faults are called as the caller called them.
 */
export async function submitTranslated(
  c: Context<Env>,
  deps: HttpDeps,
  translated: Translated,
): Promise<GenerationRow> {
  const caller = accountOf(c);
  const idempotencyKey = idempotencyKeyOf(c);
  try {
    const command = commandOf(translated);
    const { generation, replayed } = await submitGeneration(deps, { caller, command, idempotencyKey });
    if (replayed) c.header('Idempotent-Replayed', 'true');
    else deps.onAccepted();
    return generation;
  } catch (error) {
    throw error instanceof AppError ? inOtherWords(error, translated.names) : error;
  }
}

/** Throws one AppError of all faults: those of the translation and those that `/v1` would find. */
function commandOf({ endpoint, body, faults, notes, webhook }: Translated): SubmitCommand {
  const isOpen = body['aspect_ratio'] === 'auto';
  const command = read(endpoint, isOpen ? { ...body, aspect_ratio: '16:9' } : body, faults);
  return {
    ...command,
    aspectRatio: isOpen ? 'auto' : command.aspectRatio,
    webhook: command.webhook === undefined ? undefined : { ...command.webhook, ...webhook },
    ...(notes.length === 0 ? {} : { notes }),
  };
}

function read(endpoint: EndpointName, body: Unread, faults: readonly Fault[]): SubmitCommand {
  const found = [...faults];
  let command: SubmitCommand | undefined;
  try {
    command = readRequest(endpoint, body);
  } catch (error) {
    if (found.length === 0 || !(error instanceof AppError)) throw error;
    found.push(...error.faults);
  }
  if (command === undefined || found.length > 0) throw invalid(found);
  return command;
}
