import type { Db } from './db.ts';
import type { Owner } from './read-generations.ts';

/** One of a picture's main colours, in Oklab, with its share of the picture from 0 to 1. */
export interface StoredSwatch {
  L: number;
  a: number;
  b: number;
  share: number;
}

/** A finished video that was made with certain images. */
export interface StyledOutput {
  generationId: string;
  posterSha256: string;
  /** Null where nobody has measured it yet. */
  palette: StoredSwatch[] | null;
}

/** Finished videos of an owner whose references have all of these hashes; newest first. */
export async function listStyledOutputs(
  db: Db,
  owner: Owner,
  { sha256s, limit }: { sha256s: readonly string[]; limit: number },
): Promise<StyledOutput[]> {
  return db.query<StyledOutput>(
    `select g.id as "generationId", f.sha256 as "posterSha256", p.swatches as palette
    from generations g
    join files f on f.id = g.poster_file_id
    left join palettes p on p.sha256 = f.sha256
    where g.account_id = $1 and g.purse = $4 and g.status = 'complete'
      and g.id in (select r.generation_id from generation_references r where r.sha256 = ($2::text[])[1])
      and not exists (
        select from unnest($2::text[]) as wanted (sha256)
        where not exists (
          select from generation_references r where r.generation_id = g.id and r.sha256 = wanted.sha256))
    order by g.created_at desc, g.id desc limit $3`,
    [owner.accountId, sha256s, limit, owner.purse],
  );
}

/** Remembers what a picture's colours are, as long as the picture is there. */
export async function keepPalette(db: Db, sha256: string, swatches: readonly StoredSwatch[]): Promise<void> {
  await db.query(
    `insert into palettes (sha256, swatches) select b.sha256, $2 from blobs b where b.sha256 = $1
    on conflict do nothing`,
    [sha256, JSON.stringify(swatches)],
  );
}
