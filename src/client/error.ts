import type { Generation } from '../contract/generation.ts';
import type { Problem } from '../contract/problem.ts';
import type { ErrorCode, Fault } from '../domain/errors.ts';
import type { FailureCode } from '../domain/generation.ts';

/** The server's own codes, and what only this side can find out. */
export type ClientErrorCode =
  | ErrorCode
  /** No answer came. */
  | 'unreachable'
  /** Whoever answered is no Kinora. */
  | 'unexpected_answer'
  /** The video was not made: see `GenerationFailedError`. */
  | 'generation_failed'
  /** A key would have been readable for everybody (R88). */
  | 'key_in_page'
  /** Not from your Kinora, or too old. */
  | 'webhook_invalid'
  /** The handle is older than the server remembers its key. */
  | 'handle_expired';

/** Everything that a call can fail with, except an abort: that throws the reason of the signal. */
export class KinoraError extends Error {
  override readonly name = 'KinoraError';
  /** Branch on this, never on the message. */
  readonly code: ClientErrorCode;
  readonly hint: string | undefined;
  /** Whether the same call may succeed later. A submit must then carry the same idempotency key. */
  readonly retryable: boolean;
  /** Every fault of the request, with JSON pointers into its body. */
  readonly faults: readonly Fault[];
  /** Absent when no answer came. */
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** The page that explains the code, if the server has one. */
  readonly docUrl: string | undefined;
  /** The generation that was waited for: it is still there, and can be waited for again. */
  generationId: string | undefined;

  constructor(
    code: ClientErrorCode,
    message: string,
    details: {
      hint?: string | undefined;
      retryable?: boolean;
      faults?: readonly Fault[];
      status?: number;
      requestId?: string | undefined;
      retryAfterSeconds?: number | undefined;
      docUrl?: string | undefined;
      cause?: unknown;
    } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
    this.retryable = details.retryable ?? false;
    this.faults = details.faults ?? [];
    this.status = details.status;
    this.requestId = details.requestId;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.docUrl = details.docUrl;
  }
}

/** The generation has ended without a video. Nothing was charged. */
export class GenerationFailedError extends KinoraError {
  readonly generation: Generation;
  /** Why, from a closed list. */
  readonly failure: FailureCode | undefined;

  constructor(generation: Generation) {
    super('generation_failed', generation.error?.message ?? `The generation ${generation.id} has failed.`, {
      hint: `It was not charged. See outcome (${String(generation.outcome)}) and error.code (${String(generation.error?.code)}) before asking again.`,
    });
    this.generation = generation;
    this.generationId = generation.id;
    this.failure = generation.error?.code;
  }
}

/** The error that an answer other than 2xx stands for. */
export async function errorOf(response: Response): Promise<KinoraError> {
  const retryAfterSeconds = readRetryAfter(response.headers.get('retry-after'));
  const text = await response.text().catch(() => '');
  const problem = parseProblem(text);
  if (problem === undefined)
    return new KinoraError(
      'unexpected_answer',
      `${response.url || 'The server'} answered ${response.status}.`,
      {
        hint: 'This is not how Kinora answers. Is the address that of a Kinora, without a proxy that answers for it?',
        retryable: response.status >= 500 || response.status === 429,
        status: response.status,
        retryAfterSeconds,
      },
    );
  return new KinoraError(problem.code, problem.detail, {
    hint: problem.hint,
    retryable: problem.retryable,
    faults: problem.errors,
    status: response.status,
    requestId: problem.request_id,
    retryAfterSeconds,
    docUrl: problem.doc_url,
  });
}

/** Servers of another version may say less, or more. */
type AnyProblem = Problem & { doc_url?: string };

function parseProblem(text: string): AnyProblem | undefined {
  try {
    const body: unknown = JSON.parse(text);
    const isProblem =
      typeof body === 'object' && body !== null && 'code' in body && 'detail' in body && 'retryable' in body;
    return isProblem ? (body as AnyProblem) : undefined;
  } catch {
    return undefined;
  }
}

/** Seconds, or a date of HTTP. */
function readRetryAfter(value: string | null): number | undefined {
  if (value === null || value.trim() === '') return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - Date.now()) / 1000);
}
