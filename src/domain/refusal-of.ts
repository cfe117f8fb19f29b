import { AppError } from './errors.ts';

/** What a check says that refuses by an AppError; undefined where it lets pass. */
export function refusalOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}
