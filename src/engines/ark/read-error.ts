import type { EngineFailure } from '../../domain/engine.ts';
import { failure } from '../provider-results.ts';

/** What a code of ModelArk's means; it uses the same for a request that it refuses and a task that has failed. */
export function failureOf({ code, message }: { code: string; message: string }): EngineFailure {
  const words = `${message} (${code})`;
  if (/SensitiveContent|PolicyViolation|PrivacyInformation|RiskDetection/.test(code))
    return failure('content_rejected', words, { retryable: false });
  if (/^(RateLimitExceeded|QuotaExceeded|TooManyRequests|ServerOverloaded)/.test(code))
    return failure('rate_limited', words, { retryable: true });
  if (/^(AuthenticationError|AccessDenied|AccountOverdue)/.test(code))
    return failure('engine_unavailable', `ModelArk does not serve the key in ARK_API_KEY. ${words}`, {
      retryable: true,
    });
  if (/^(InternalService|ServiceUnavailable|RequestTimeout)/.test(code))
    return failure('engine_unavailable', words, { retryable: true });
  return failure('engine_failed', words, { retryable: false });
}
