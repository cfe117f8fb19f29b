import type { EngineFailure } from '../../domain/engine.ts';
import type { FailureCode } from '../../domain/generation.ts';
import type { Answered } from '../json-api.ts';
import { failure } from '../provider-results.ts';
import { errorSchema } from './wire.ts';

/** What fal said of a fault, taken apart. */
export interface FalError {
  types: readonly string[];
  words: string;
}

/** Undefined where the answer holds no error in a form of fal's. */
export function readError(body: unknown): FalError | undefined {
  const parsed = errorSchema.safeParse(body);
  if (!parsed.success) return undefined;
  const { detail } = parsed.data;
  if (typeof detail === 'string') {
    const type = 'error_type' in parsed.data ? parsed.data.error_type : undefined;
    return { types: type === undefined ? [] : [type], words: detail };
  }
  return {
    types: detail.flatMap(({ type }) => (type === undefined ? [] : [type])),
    words: detail
      .map(
        ({ loc, msg, type }) =>
          `${(loc ?? []).filter((part) => part !== 'body').join('.')}: ${msg ?? type ?? ''}`,
      )
      .map((line) => line.replace(/^: /, ''))
      .join('; '),
  };
}

const kinds: Record<string, { code: FailureCode; retryable: boolean }> = {
  content_policy_violation: { code: 'content_rejected', retryable: false },
  generation_timeout: { code: 'engine_failed', retryable: true },
  internal_server_error: { code: 'engine_failed', retryable: true },
  internal_error: { code: 'engine_failed', retryable: true },
  downstream_service_error: { code: 'engine_failed', retryable: true },
  downstream_service_unavailable: { code: 'engine_unavailable', retryable: true },
  client_disconnected: { code: 'engine_failed', retryable: true },
  request_timeout: { code: 'engine_unavailable', retryable: true },
  startup_timeout: { code: 'engine_unavailable', retryable: true },
  concurrent_requests_limit: { code: 'rate_limited', retryable: true },
};

/** How a job of fal's failed, by the type that it names; one that nobody knows is a fault that stays. */
export function failureOf(error: FalError, answer: Pick<Answered, 'headers'> | undefined): EngineFailure {
  // A rejection is one, whatever is said beside it.
  const type =
    error.types.find((one) => kinds[one]?.code === 'content_rejected') ??
    error.types.find((one) => Object.hasOwn(kinds, one)) ??
    error.types[0] ??
    '';
  const known = type.startsWith('runner_')
    ? { code: 'engine_unavailable' as const, retryable: true }
    : ((Object.hasOwn(kinds, type) ? kinds[type] : undefined) ?? {
        code: 'engine_failed' as const,
        retryable: false,
      });
  const word = answer?.headers.get('x-fal-retryable');
  const retryable =
    known.code === 'content_rejected' || word === null || word === undefined
      ? known.retryable
      : /^(true|1|yes)$/i.test(word);
  return failure(known.code, error.words, { retryable });
}
