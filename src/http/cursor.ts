import { z } from 'zod';
import { AppError } from '../domain/errors.ts';

/** Where a page of generations ended. */
export const generationCursorSchema = z.object({
  createdAtMicroseconds: z.int().min(0).max(1e16),
  id: z.string().regex(/^gen_[0-9a-z]{24}$/),
});

/** Where a page ended, as the opaque text that asks for the next one. */
export function writeCursor(cursor: object): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** Reads it back; anything that is not ours is an AppError. */
export function readCursor<T>(text: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch (cause) {
    throw new AppError(
      'invalid_request',
      'The cursor is not one of ours: send next_cursor of the page before.',
      { cause },
    );
  }
}
