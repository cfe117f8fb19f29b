import { z } from 'zod';
import type { Links } from './links.ts';

const rightSchema = z.strictObject({
  accountId: z.string(),
  fileId: z.string(),
  name: z.string().optional(),
});

/** The right to upload one file, whose id is settled, into an account: without a key, for an hour. */
export type UploadRight = z.infer<typeof rightSchema>;

const purpose = 'upload';
const validSeconds = 3_600;

/** The right as one word of a URL. */
export function writeUploadToken(links: Links, { name, ...right }: UploadRight): string {
  return links.seal(purpose, { ...right, ...(name === undefined ? {} : { name }) }, validSeconds);
}

/** The right that a token carries; undefined for one that is not ours, or not any more. */
export function readUploadToken(links: Links, token: string): UploadRight | undefined {
  const value = links.unseal(purpose, token);
  return value === undefined ? undefined : rightSchema.parse(value);
}
