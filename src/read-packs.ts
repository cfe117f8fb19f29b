import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from './domain/errors.ts';
import { type Pack, standardPacks } from './domain/packs.ts';

const packsSchema = z
  .array(
    z.strictObject({
      name: z
        .string()
        .regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,59}$/, { error: 'begins with a letter or digit, at most 60' }),
      // Less than half a dollar is below what card payments take.
      price_usd_cents: z.int().min(50).max(99_999_999),
      credits: z.int().min(1).max(1_000_000_000),
    }),
  )
  .min(1)
  .max(100)
  .refine((packs) => new Set(packs.map(({ name }) => name.toLowerCase())).size === packs.length, {
    error: 'two packs have the same name',
  });

/** The packs of the JSON file at `path`, or the standard ones. Throws one AppError that names the file and every fault. */
export async function readPacks(path: string | undefined): Promise<readonly Pack[]> {
  if (path === undefined) return standardPacks;
  const refuse = (why: string, cause?: unknown) =>
    new AppError('invalid_request', `The packs in ${path} (KINORA_PACKS) cannot be used: ${why}.`, {
      hint: 'Write a list such as [{"name": "Max", "price_usd_cents": 10000, "credits": 12000}].',
      cause,
    });
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw refuse(cause instanceof Error ? cause.message : String(cause), cause);
  }
  const parsed = packsSchema.safeParse(content);
  if (!parsed.success)
    throw refuse(
      parsed.error.issues
        .map((issue) => `${issue.path.map(String).join('.') || 'the list'}: ${issue.message}`)
        .join('; '),
    );
  return parsed.data.map((pack) => ({
    name: pack.name,
    priceUsdCents: pack.price_usd_cents,
    credits: pack.credits,
  }));
}
