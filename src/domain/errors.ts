/** Every code an API error can carry. Closed: a new code fails to compile until `http/errors.ts` gives it a status. */
export const errorCodes = [
  'invalid_request',
  'invalid_prompt',
  'invalid_duration',
  'invalid_aspect_ratio',
  'too_many_references',
  'reference_required',
  'reference_not_found',
  'reference_unreachable',
  'reference_forbidden_address',
  'reference_wrong_type',
  'reference_too_large',
  'reference_unreadable',
  'reference_timeout',
  'consent_required',
  'consent_invalid',
  'reference_changed',
  'unsupported_by_engine',
  'unsupported_media_type',
  'body_too_large',
  'unauthenticated',
  'forbidden',
  'not_found',
  'gone',
  'invalid_state',
  'idempotency_key_reused',
  'idempotency_in_progress',
  'insufficient_credits',
  'budget_exceeded',
  'price_above_maximum',
  'quote_invalid',
  'quote_expired',
  'price_unknown',
  'unavailable',
  'internal_error',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** One fault inside a request: where (a JSON pointer into the body) and what. */
export interface Fault {
  pointer: string;
  code: ErrorCode;
  message: string;
}

/**
 * The one thing Kinora throws. `message` names the thing, the value and what is wrong with it; `hint` says
 * what to do. `retryable` is decided where the error is born: true means the same call may succeed later.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | undefined;
  readonly faults: readonly Fault[];

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      hint?: string;
      retryable?: boolean;
      retryAfterSeconds?: number;
      faults?: readonly Fault[];
      cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.retryable = options.retryable ?? false;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.faults = options.faults ?? [];
  }
}
