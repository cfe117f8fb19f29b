import { AppError } from '../domain/errors.ts';
import type { JsonObject } from '../domain/json.ts';

/** Why a row was refused, as a single submit would have been told: the members of its problem that say so. */
export function rowProblem(error: unknown): JsonObject {
  if (!(error instanceof AppError))
    return {
      reason: 'refused',
      code: 'internal_error',
      detail: 'Something went wrong on our side while this row was prepared.',
      hint: 'Retry the row; if it stays, tell the operator.',
      retryable: true,
      errors: [],
    };
  const { code, message, hint, retryable, faults } = error;
  return {
    reason: 'refused',
    code,
    detail: message,
    ...(hint === undefined ? {} : { hint }),
    retryable,
    errors: faults.map((fault) => ({ ...fault })),
  };
}
