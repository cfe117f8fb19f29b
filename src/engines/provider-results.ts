import type { CheckResult, EngineFailure, StartResult } from '../domain/engine.ts';
import type { FailureCode } from '../domain/generation.ts';
import type { Answer } from './json-api.ts';

/** Of a provider's own words, which go to the owner and into the database. */
const mostCharacters = 1_000;

/** What a provider said, in bounds. */
export const said = (text: string): string =>
  text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;

export const failure = (
  code: FailureCode,
  message: string,
  options: { retryable: boolean; retryAfterSeconds?: number | undefined },
): EngineFailure => ({
  status: 'failed',
  code,
  message: said(message),
  retryable: options.retryable,
  ...(options.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: options.retryAfterSeconds }),
});

export const lost = (message: string): StartResult => ({ status: 'lost', message: said(message) });

/** A start that never got out. */
export const unreached = (message: string): EngineFailure =>
  failure('engine_unavailable', message, { retryable: true });

/** Whether an answer to a start says that there is no job, for certain: a refusal that is none of time or of a repetition. */
export const isCertainRefusal = (code: number) =>
  code >= 400 && code < 500 && ![408, 409, 425, 499].includes(code);

/** What a start that was not accepted means by its HTTP status, where the provider's own words decide nothing. */
export function refusedStart(
  answer: { code: number; retryAfterSeconds: number | undefined },
  given: { provider: string; keySetting: string; words: string | undefined },
): StartResult {
  const { code, retryAfterSeconds } = answer;
  const { provider, keySetting, words } = given;
  const what = words ?? `${provider} answered ${code}.`;
  if (code === 401 || code === 403)
    return failure('engine_unavailable', `${provider} does not accept the key in ${keySetting}. ${what}`, {
      retryable: true,
    });
  if (code === 402)
    return failure('engine_unavailable', `The account at ${provider} has no credit. ${what}`, {
      retryable: true,
    });
  if (code === 429) return failure('rate_limited', what, { retryable: true, retryAfterSeconds });
  if (isCertainRefusal(code)) return failure('engine_failed', what, { retryable: false });
  return lost(what);
}

/** Nothing follows from an answer to a check that tells of no job. */
export function unavailable(answer: Answer, message: string): CheckResult {
  const seconds = answer.status === 'answered' ? answer.retryAfterSeconds : undefined;
  return {
    status: 'unavailable',
    message: said(message),
    ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }),
  };
}
