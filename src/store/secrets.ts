import { randomBytes } from 'node:crypto';
import type { Db } from './db.ts';

export type SecretName = 'links' | 'quotes' | 'simulated callbacks' | 'webhook key';

/** A random secret of this installation, made on first use and the same in every process afterwards. */
export async function readSecret(db: Db, name: SecretName): Promise<string> {
  const kept = await findSecret(db, name);
  if (kept !== undefined) return kept;
  await db.query('insert into secrets (name, value) values ($1, $2) on conflict do nothing', [
    name,
    randomBytes(32).toString('base64url'),
  ]);
  const made = await findSecret(db, name);
  if (made === undefined) throw new Error(`the secret ${name} was not stored`);
  return made;
}

async function findSecret(db: Db, name: string): Promise<string | undefined> {
  const [row] = await db.query<{ value: string }>('select value from secrets where name = $1', [name]);
  return row?.value;
}
