import { AppError } from '../domain/errors.ts';
import type { SafeFetch } from '../net/safe-fetch.ts';

/**
 * Refuses the address of a receiver of webhooks that none would ever be sent to, as a fault of the field at `pointer`.
 * Whether its name leads to a public address is seen at each call.
 */
export function checkReceiver(fetch: Pick<SafeFetch, 'checkPostTarget'>, url: string, pointer: string): void {
  try {
    fetch.checkPostTarget(url);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message, hint } = error;
    throw new AppError(code, message, {
      ...(hint === undefined ? {} : { hint }),
      faults: [{ pointer, code, message }],
    });
  }
}
