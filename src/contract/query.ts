import { z } from '@hono/zod-openapi';

/** A moment in a query: RFC 3339 with its offset, such as 2026-11-01T00:00:00Z. */
export const moment = (name: string) =>
  z.iso.datetime({
    offset: true,
    error: (issue) =>
      `${name} must be a time such as 2026-11-01T00:00:00Z, not "${String(issue.input).slice(0, 60)}".`,
  });

/** A moment, or a day such as 2026-11-01 in the time zone of the account. */
export const momentOrDay = (name: string) =>
  z.union([z.iso.date(), z.iso.datetime({ offset: true })], {
    error: (issue) =>
      `${name} must be a day such as 2026-11-01 or a time such as 2026-11-01T00:00:00Z, not "${String(issue.input).slice(0, 60)}".`,
  });

/** How many entries a page holds, and where it begins: after the page whose `next_cursor` this is. */
export const page = (usual: number, most: number) => ({
  limit: z.coerce.number().int().min(1).max(most).default(usual),
  cursor: z.string().max(200).optional(),
});
