import { z } from '@hono/zod-openapi';

/** What JavaScript and PostgreSQL both understand. */
const isOurTime = (text: string) => Date.parse(text) >= 0;

/** A moment in a query: RFC 3339 with its offset, such as 2026-11-01T00:00:00Z. */
export const moment = (name: string) =>
  z.iso
    .datetime({
      offset: true,
      error: (issue) =>
        `${name} must be a time such as 2026-11-01T00:00:00Z, not "${String(issue.input).slice(0, 60)}".`,
    })
    .refine(isOurTime, { error: `${name} must be a time after 1970.` });

/** A moment, or a day such as 2026-11-01 in the time zone of the account. */
export const momentOrDay = (name: string) =>
  z.string().refine((text) => dayOrTime.safeParse(text).success && isOurTime(text), {
    error: (issue) =>
      `${name} must be a day such as 2026-11-01 or a time such as 2026-11-01T00:00:00Z, not "${String(issue.input).slice(0, 60)}".`,
  });

const dayOrTime = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

/** How many entries a page holds, and where it begins: after the page whose `next_cursor` this is. */
export const page = (usual: number, most: number) => ({
  limit: z.coerce.number().int().min(1).max(most).default(usual),
  cursor: z.string().max(200).optional(),
});
