import type { AdCounts } from '../domain/ads/metric.ts';
import type { AdResult } from '../domain/ads/read-result.ts';
import type { Db } from './db.ts';
import type { Owner } from './read-generations.ts';

interface Import {
  workflow: string;
  source: string;
  currency: string;
  importedBy: string;
  results: readonly AdResult[];
}

/**
 * Writes results over those of the same source, ad and day; what they were goes to the history. The number of new ones
 * and of those that changed. Under `lockAds`, and each ad and day at most once.
 */
export async function upsertAdResults(
  db: Db,
  { accountId, purse }: Owner,
  { workflow, source, currency, importedBy, results }: Import,
): Promise<{ added: number; replaced: number }> {
  const written = await db.query<{ isNew: boolean }>(
    `insert into ad_results as r (account_id, purse, workflow, source, ad, code, day, impressions, clicks, conversions,
      spend_micros, currency, imported_by)
    select $1, $2, $3, $4, ad, code, day, impressions, clicks, conversions, "spendMicros", $5, $6
    from jsonb_to_recordset($7) as given (ad text, code text, day date, impressions bigint, clicks bigint,
      conversions bigint, "spendMicros" bigint)
    on conflict (account_id, purse, workflow, source, ad, day) do update
    set code = excluded.code, impressions = excluded.impressions, clicks = excluded.clicks,
      conversions = excluded.conversions, spend_micros = excluded.spend_micros, currency = excluded.currency,
      imported_by = excluded.imported_by, imported_at = now()
    where (r.code, r.impressions, r.clicks, r.conversions, r.spend_micros, r.currency) is distinct from
      (excluded.code, excluded.impressions, excluded.clicks, excluded.conversions, excluded.spend_micros,
        excluded.currency)
    returning old.ad is null as "isNew"`,
    [accountId, purse, workflow, source, currency, importedBy, JSON.stringify(results)],
  );
  const added = written.filter(({ isNew }) => isNew).length;
  return { added, replaced: written.length - added };
}

/** Whether a source has told of these ads by day or in sum. */
export async function adsOfSource(
  db: Db,
  { accountId, purse }: Owner,
  options: { workflow: string; source: string; ads: readonly string[] },
): Promise<{ ad: string; byDay: boolean }[]> {
  return db.query(
    `select distinct ad, day is not null as "byDay" from ad_results
    where account_id = $1 and purse = $2 and workflow = $3 and source = $4 and ad = any($5)`,
    [accountId, purse, options.workflow, options.source, options.ads],
  );
}

/** Takes back all that a source has told; it stays in the history. How many results that were. Under `lockAds`. */
export async function deleteAdResults(
  db: Db,
  { accountId, purse }: Owner,
  { workflow, source }: { workflow: string; source: string },
): Promise<number> {
  const gone = await db.query(
    'delete from ad_results where account_id = $1 and purse = $2 and workflow = $3 and source = $4 returning 1',
    [accountId, purse, workflow, source],
  );
  return gone.length;
}

export interface AdResultFilter {
  workflow: string;
  source: string | undefined;
  /** A day such as 2026-11-01, and all after it. Results in sum have no day, and are left out where one is asked for. */
  from: string | undefined;
  /** That day and all before it. */
  to: string | undefined;
}

const chosen = `account_id = $1 and purse = $2 and workflow = $3 and ($4::text is null or source = $4)
  and ($5::date is null or day >= $5) and ($6::date is null or day <= $6)`;

const chosenBy = ({ accountId, purse }: Owner, filter: AdResultFilter) => [
  accountId,
  purse,
  filter.workflow,
  filter.source ?? null,
  filter.from ?? null,
  filter.to ?? null,
];

// No campaign counts so far; whoever sends the largest numbers again and again still gets an answer.
const most = '9007199254740991';

/** The sums of every code that has results. */
export async function sumByCode(
  db: Db,
  owner: Owner,
  filter: AdResultFilter,
): Promise<({ code: string } & AdCounts)[]> {
  return db.query(
    `select code, least(sum(impressions), ${most})::bigint as impressions,
      least(sum(clicks), ${most})::bigint as clicks, least(sum(conversions), ${most})::bigint as conversions
    from ad_results where ${chosen} group by code order by code`,
    chosenBy(owner, filter),
  );
}

/** What the results say of money, and which days and sources they are of. */
export async function describeResults(
  db: Db,
  owner: Owner,
  filter: AdResultFilter,
): Promise<{
  sources: string[];
  firstDay: string | null;
  lastDay: string | null;
  spend: { currency: string; micros: number }[];
}> {
  const [facts] = await db.query<{
    sources: string[] | null;
    firstDay: string | null;
    lastDay: string | null;
  }>(
    `select array_agg(distinct source) as sources, min(day)::text as "firstDay", max(day)::text as "lastDay"
    from ad_results where ${chosen}`,
    chosenBy(owner, filter),
  );
  const spend = await db.query<{ currency: string; micros: number }>(
    `select currency, least(sum(spend_micros), ${most})::bigint as micros from ad_results where ${chosen}
    group by currency order by currency`,
    chosenBy(owner, filter),
  );
  return {
    sources: facts?.sources ?? [],
    firstDay: facts?.firstDay ?? null,
    lastDay: facts?.lastDay ?? null,
    spend,
  };
}
