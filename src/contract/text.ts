import { z } from '@hono/zod-openapi';
import type { JsonObject } from '../domain/json.ts';

/** Text that can be stored: no NUL, no half of a surrogate pair, neither of which PostgreSQL takes. */
export const isStorable = (text: string) => !text.includes('\0') && text.isWellFormed();

export const text = (name: string) =>
  z.string({ error: `${name} must be a text.` }).refine(isStorable, {
    error: `${name} holds a character that cannot be stored (NUL or half a surrogate).`,
  });

const maxDepth = 20;

/** An object of anything JSON can say, storable, at most 20 levels deep and 16 KB as text. */
export const metadataSchema = z.record(z.string(), z.unknown()).transform((value, context): JsonObject => {
  const refuse = (message: string) => context.addIssue({ code: 'custom', message, input: value });
  if (!isStorableJson(value)) refuse(`metadata has at most ${maxDepth} levels, and no text with NUL.`);
  else if (JSON.stringify(value).length > 16_384) refuse('metadata has at most 16 KB as JSON.');
  return value as JsonObject;
});

/** Whether JSON can be stored, names included, and is at most 20 levels deep. */
export function isStorableJson(value: unknown, depth: number = maxDepth): boolean {
  if (typeof value === 'string') return isStorable(value);
  if (value === null || typeof value !== 'object') return true;
  if (depth === 0) return false;
  return Object.entries(value).every(
    ([name, member]) => isStorable(name) && isStorableJson(member, depth - 1),
  );
}
