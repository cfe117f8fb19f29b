import { AppError } from '../domain/errors.ts';

/** The cursor of a list that is ordered by a number of the database. */
export function readNumberCursor(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new AppError(
    'invalid_request',
    'The cursor is not one of ours: send next_cursor of the page before.',
  );
}
