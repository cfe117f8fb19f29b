import { AppError } from '../domain/errors.ts';
import { checkTarget, type FetchTarget } from './fetch-target.ts';

/**
 * Checks everything about the address of a receiver that can be known before it is called, and throws an AppError
 * `invalid_request` that says what is wrong. Where its name leads to is seen at each call.
 */
export function checkPostTarget(text: string, trustedOrigins: ReadonlySet<string>): FetchTarget {
  const target = judged(text, trustedOrigins);
  if (!target.trusted && target.url.protocol !== 'https:')
    throw refused(`${target.url.origin} is not https, and what is sent there can be read on the way.`);
  return target;
}

function judged(text: string, trustedOrigins: ReadonlySet<string>): FetchTarget {
  if (!URL.canParse(text)) throw refused('The address of a receiver must be a whole URL.');
  try {
    return checkTarget(text, { trustedOrigins });
  } catch (error) {
    throw error instanceof AppError ? refused(error.message) : error;
  }
}

const refused = (message: string) =>
  new AppError('invalid_request', message, {
    hint: 'Webhooks go to https addresses of the public internet. A private one must be among KINORA_TRUSTED_ORIGINS; on your own machine, kinora listen forwards events to it.',
  });
