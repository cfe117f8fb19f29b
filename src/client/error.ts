import type { Generation } from '../contract/generation.ts';
import type { Problem } from '../contract/problem.ts';
import type { ErrorCode, Fault } from '../domain/errors.ts';
import type { FailureCode } from '../domain/generation.ts';
import { parseJson } from './parse-json.ts';

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

/** What to look at where the answer is not one of ours. */
export const noKinora = 'Is this the address of a Kinora, with no proxy that answers for it?';

/** Everything that a call can fail with, except an abort: that throws the reason of the signal. */
export class KinoraError extends Error {
  override readonly name = 'KinoraError';
  /** Branch on this, never on the message. */
  readonly code: ClientErrorCode;
  declare readonly hint: string | undefined;
  /** Whether the same call may succeed later. A submit must then carry the same idempotency key. */
  declare readonly retryable: boolean;
  /** Every fault of the request, with JSON pointers into its body. */
  declare readonly faults: readonly Fault[];
  /** Absent when no answer came. */
  declare readonly status: number | undefined;
  declare readonly requestId: string | undefined;
  declare readonly retryAfterSeconds: number | undefined;
  /** The page that explains the code, if the server has one. */
  declare readonly docUrl: string | undefined;
  /** The generation that was waited for: it is still there, and can be waited for again. */
  declare generationId: string | undefined;

  constructor(
    code: ClientErrorCode,
    message: string,
    {
      cause,
      ...details
    }: {
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
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    Object.assign(this, { retryable: false, faults: [] }, details);
  }
}

/** The generation has ended without a video. Nothing was charged. */
export class GenerationFailedError extends KinoraError {
  declare readonly generation: Generation;
  /** Why, from a closed list. */
  declare readonly failure: FailureCode | undefined;

  constructor(generation: Generation) {
    super('generation_failed', generation.error?.message ?? `The generation ${generation.id} has failed.`, {
      hint: `It was not charged. See outcome (${generation.outcome}) and error.code (${generation.error?.code}) before asking again.`,
    });
    const { id: generationId, error } = generation;
    Object.assign(this, { generation, generationId, failure: error?.code });
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
        hint: noKinora,
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
  const body = parseJson(text) as Partial<AnyProblem> | null | undefined;
  const { code, detail, retryable } = body ?? {};
  return [code, detail, retryable].includes(undefined) ? undefined : (body as AnyProblem);
}

/** Seconds, or a date of HTTP. */
function readRetryAfter(value: string | null): number | undefined {
  const given = value?.trim() || 'nothing';
  const seconds = Number.isNaN(Number(given)) ? (Date.parse(given) - Date.now()) / 1000 : Number(given);
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}
