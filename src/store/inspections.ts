import type { Check } from '../domain/check.ts';
import type { MediaFacts } from '../domain/media-facts.ts';
import type { Db } from './db.ts';

/** What was found when a video was looked at; true of every video with the same bytes. */
export interface Inspection {
  posterSha256: string;
  posterSizeBytes: number;
  posterFacts: MediaFacts;
  checks: Check[];
}

export async function findInspection(db: Db, sha256: string): Promise<Inspection | undefined> {
  const [row] = await db.query<Inspection>(
    `select poster_sha256 as "posterSha256", poster_size_bytes as "posterSizeBytes", poster_facts as "posterFacts", checks
    from inspections where sha256 = $1`,
    [sha256],
  );
  return row;
}

/** The first one to look is believed. The bytes must be known already. */
export async function keepInspection(db: Db, sha256: string, inspection: Inspection): Promise<void> {
  await db.query(
    `insert into inspections (sha256, poster_sha256, poster_size_bytes, poster_facts, checks)
    values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [
      sha256,
      inspection.posterSha256,
      inspection.posterSizeBytes,
      JSON.stringify(inspection.posterFacts),
      JSON.stringify(inspection.checks),
    ],
  );
}
