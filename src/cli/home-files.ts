import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomically } from './write-atomically.ts';

/** The key that commands without a server of their own use, in `<home>/cli-account.json`. */
const accountSchema = z.object({ account_id: z.string(), key: z.string() });

/** Where the `kinora serve` of a home listens, in `<home>/serving.json`. */
const servingSchema = z.object({ url: z.string(), pid: z.number() });

export type KeptAccount = z.infer<typeof accountSchema>;
export type Serving = z.infer<typeof servingSchema>;

const accountFile = (home: string) => join(home, 'cli-account.json');
const servingFile = (home: string) => join(home, 'serving.json');

export const readAccount = (home: string) => read(accountFile(home), accountSchema);
export const keepAccount = (home: string, account: KeptAccount) => keep(home, accountFile(home), account);
export const readServing = (home: string) => read(servingFile(home), servingSchema);
export const keepServing = (home: string, serving: Serving) => keep(home, servingFile(home), serving);
export const removeServing = (home: string) => rm(servingFile(home), { force: true });

/** The operator key of a server that keeps its data in `home`, if it keeps one there. */
export async function readOperatorKey(home: string): Promise<string | undefined> {
  return (await readIfThere(join(home, 'operator-key')))?.trim();
}

/** Undefined for a file that is missing or not ours: it is written anew then. */
async function read<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

async function keep(home: string, path: string, value: object): Promise<void> {
  await mkdir(home, { recursive: true, mode: 0o700 });
  await writeAtomically(path, `${JSON.stringify(value)}\n`, { mode: 0o600 });
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
