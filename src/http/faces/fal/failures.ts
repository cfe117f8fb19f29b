import type { FailureCode } from '../../../domain/generation.ts';
import type { GenerationRow } from '../../../store/generation-row.ts';
import type { Links } from '../../links.ts';

/** How fal tells of a job that failed: on its result route, and by name beside its status. */
export interface FalFailure {
  /** Never 502 to 504, after which fal's client would send again what was made already. */
  status: 400 | 422 | 499 | 500;
  type: string;
  /** Whether fal tells it as a fault of the request, in a list, or of the run, in a text. */
  of: 'input' | 'run';
  message: string;
}

const failures = {
  canceled: { status: 499, type: 'client_cancelled', of: 'run' },
  check_failed: { status: 500, type: 'internal_server_error', of: 'run' },
  consent_ended: { status: 499, type: 'client_cancelled', of: 'run' },
  content_rejected: { status: 422, type: 'content_policy_violation', of: 'input' },
  deadline_passed: { status: 500, type: 'generation_timeout', of: 'run' },
  engine_failed: { status: 400, type: 'downstream_service_error', of: 'input' },
  engine_unavailable: { status: 500, type: 'downstream_service_unavailable', of: 'run' },
  never_accepted: { status: 500, type: 'downstream_service_unavailable', of: 'run' },
  output_invalid: { status: 422, type: 'no_media_generated', of: 'input' },
  output_lost: { status: 422, type: 'no_media_generated', of: 'input' },
  rate_limited: { status: 500, type: 'downstream_service_unavailable', of: 'run' },
  reference_lost: { status: 422, type: 'file_download_error', of: 'input' },
  start_deadline_passed: { status: 500, type: 'request_timeout', of: 'run' },
  too_many_attempts: { status: 500, type: 'downstream_service_unavailable', of: 'run' },
} as const satisfies Record<FailureCode, Omit<FalFailure, 'message'>>;

/** Undefined for a generation that has not failed. */
export function falFailureOf({ failureCode, failureMessage }: GenerationRow): FalFailure | undefined {
  if (failureCode === null) return undefined;
  return { ...failures[failureCode], message: failureMessage ?? `It failed: ${failureCode}.` };
}

/** What the result of a failed job carries, and its webhook. */
export function presentFailure(
  { id, failureCode: code }: GenerationRow,
  { type, of, message }: FalFailure,
  links: Links,
) {
  const url = code === null ? undefined : links.codePage(code);
  const detail = of === 'run' ? message : [{ loc: ['body'], msg: message, type, url, ctx: { code } }];
  return { detail, error_type: type, message, code, doc_url: url, charged: false, request_id: id };
}
