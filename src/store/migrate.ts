import { readdir, readFile } from 'node:fs/promises';
import { AppError } from '../domain/errors.ts';
import type { Store } from './db.ts';

const folder = new URL('./migrations/', import.meta.url);
// Any number will do, so long as it is ours alone: the bytes of "kino".
const lockNumber = 0x6b696e6f;

/**
 * Brings the schema up to date: numbered files, each once, in order, in one transaction under an advisory lock.
 * A database that a newer Kinora has migrated is refused.
 */
export async function migrate(store: Store): Promise<{ applied: string[] }> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_.+\.sql$/.test(name)).sort();
  const newest = numberOf(names.at(-1) ?? '0000');
  return store.transaction(async (db) => {
    await db.query('select pg_advisory_xact_lock($1)', [lockNumber]);
    await db.query(
      'create table if not exists migrations (number integer primary key, name text not null, applied_at timestamptz not null default now())',
    );
    const [row] = await db.query<{ number: number }>(
      'select coalesce(max(number), 0) as number from migrations',
    );
    const current = row?.number ?? 0;
    if (current > newest)
      throw new AppError(
        'unavailable',
        `The database has schema ${current}; this Kinora knows schemas up to ${newest}.`,
        { hint: 'Run the newer Kinora that migrated it, or point KINORA_HOME or DATABASE_URL elsewhere.' },
      );
    const applied = names.filter((name) => numberOf(name) > current);
    for (const name of applied) {
      await db.query(await readFile(new URL(name, folder), 'utf8'));
      await db.query('insert into migrations (number, name) values ($1, $2)', [numberOf(name), name]);
    }
    return { applied };
  });
}

const numberOf = (name: string) => Number(name.slice(0, 4));
