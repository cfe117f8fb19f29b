import type { CodeBook } from '../domain/ads/book.ts';
import { type AdResult, readResult } from '../domain/ads/read-result.ts';
import { findAdMatrix, lockAds } from '../store/ad-matrices.ts';
import { adsOfSource, upsertAdResults } from '../store/ad-results.ts';
import type { Store } from '../store/db.ts';
import type { Owner } from '../store/read-generations.ts';
import { noMatrix } from './put-ad-matrix.ts';

interface Refused {
  /** Its place in the call, from 0. */
  index: number;
  ad: string | null;
  reason: string;
}

/**
 * Takes the good rows and says of each other why it is none. The same rows again change nothing; other numbers for the
 * same ad and day replace those of the same source.
 */
export async function importAdResults(
  store: Store,
  options: {
    owner: Owner;
    workflow: string;
    source: string;
    currency: string;
    rows: readonly unknown[];
    importedBy: string;
  },
): Promise<{ added: number; replaced: number; unchanged: number; refused: Refused[] }> {
  const { owner, workflow, source, rows } = options;
  return store.transaction(async (db) => {
    await lockAds(db, owner, workflow);
    const matrix = await findAdMatrix(db, owner, workflow);
    if (matrix === undefined) throw noMatrix(workflow);
    const { read, refused } = readRows(rows, matrix.book);
    const ads = [...new Set(read.map(({ result }) => result.ad))];
    const kinds = kindsOf(await adsOfSource(db, owner, { workflow, source, ads }));
    const results: AdResult[] = [];
    const places = new Map<string, number>();
    for (const { index, result } of read) {
      const { ad, day } = result;
      const place = JSON.stringify([ad, day]);
      const before = places.get(place);
      const kind = kinds.get(ad);
      if (before !== undefined)
        refused.push({
          index,
          ad,
          reason: `Row ${before} has told of this ad${day === null ? '' : ` and ${day}`} already.`,
        });
      else if (kind !== undefined && kind !== (day !== null))
        refused.push({ index, ad, reason: kind ? byDay(source) : inSum(source) });
      else {
        places.set(place, index);
        kinds.set(ad, day !== null);
        results.push(result);
      }
    }
    const { added, replaced } = await upsertAdResults(db, owner, { ...options, results });
    refused.sort((a, b) => a.index - b.index);
    return { added, replaced, unchanged: results.length - added - replaced, refused };
  });
}

const byDay = (source: string) =>
  `"${source}" tells of this ad by day, and a sum would count the days twice: give date.`;

const inSum = (source: string) =>
  `"${source}" tells of this ad in sum, and days would count twice: leave date out, or delete what it told.`;

function readRows(rows: readonly unknown[], book: CodeBook) {
  const read: { index: number; result: AdResult }[] = [];
  const refused: Refused[] = [];
  for (const [index, row] of rows.entries()) {
    const result = readResult(row, book);
    if ('reason' in result) refused.push({ index, ad: nameIn(row), reason: result.reason });
    else read.push({ index, result });
  }
  return { read, refused };
}

/** For a person to find the row, as far as it has a name. */
function nameIn(row: unknown): string | null {
  const name = typeof row === 'object' && row !== null && 'ad' in row ? row.ad : undefined;
  return typeof name === 'string' ? name.slice(0, 80).toWellFormed() : null;
}

/** Whether each ad is told of by day. */
const kindsOf = (ads: readonly { ad: string; byDay: boolean }[]) =>
  new Map(ads.map(({ ad, byDay: isByDay }) => [ad, isByDay]));
