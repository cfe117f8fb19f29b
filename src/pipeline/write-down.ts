import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../domain/errors.ts';

const mostTries = 20;
const pauseMs = 500;

/**
 * Writes to the database, trying again while it is away. Only for writes that may happen twice: an end is guarded by
 * the lease; a file inserted twice is two handles on the same bytes.
 */
export async function writeDown<T>(write: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await write();
    } catch (error) {
      if ((error instanceof AppError && !error.retryable) || tries === mostTries) throw error;
      await sleep(pauseMs);
    }
  }
}
