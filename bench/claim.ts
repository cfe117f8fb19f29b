import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAccount } from '../src/store/accounts.ts';
import { claimGenerations } from '../src/store/claim-generation.ts';
import { openStore, type Store } from '../src/store/db.ts';
import { startEmbedded } from '../src/store/embedded/start-embedded.ts';
import { registerEngines } from '../src/store/engines.ts';
import { generationColumns } from '../src/store/generation-row.ts';
import { createKey } from '../src/store/keys.ts';
import { migrate } from '../src/store/migrate.ts';
import { newId } from '../src/store/new-id.ts';
import { median, type Report } from './report.ts';
import { residentBytes } from './resident-bytes.ts';

const rounds = 5;
const connections = 4;
const most = 10;
const perRound = 800;
const accounts = 50;
const perAccount = 40;
const engine = 'fleet';

/**
 * Claims per second over several connections against bare SQL that does the same reads and writes: for each generation
 * the account that was served longest ago is found and locked, its first generation is found, locked and changed, and an
 * attempt, an event and the counters are written. The bare one knows no lanes, no pauses, no deadlines and no turns.
 */
export async function benchClaim(report: Report): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'kinora-bench-'));
  await chmod(home, 0o755);
  const database = await startEmbedded({ home, log: () => {} });
  const store = openStore(database.url, { connections });
  try {
    await migrate(store);
    await registerEngines(store, [{ name: engine, slots: 1_000_000 }]);
    await fill(store);
    const sides = { ours: claimOurs, baseline: claimBare };
    const figures = { ours: [] as Figures[], baseline: [] as Figures[] };
    for (let round = -1; round < rounds; round += 1)
      for (const side of ['ours', 'baseline'] as const) {
        await reset(store);
        const figure = await measure(store, sides[side]);
        // The first round warms both up and does not count.
        if (round >= 0) figures[side].push(figure);
      }
    const middle = (side: keyof typeof sides, key: keyof Figures) =>
      median(figures[side].map((figure) => figure[key]));
    const what = `${connections} connections, ${most} a call`;
    const [ours, baseline] = [middle('ours', 'perSecond'), middle('baseline', 'perSecond')];
    report.add({ case: `claim, ${what}`, ours, baseline, ratio: ours / baseline, unit: 'claims/s' });
    report.add({
      case: 'CPU of this process, 1,000 claims',
      ours: middle('ours', 'cpuSeconds'),
      baseline: middle('baseline', 'cpuSeconds'),
      unit: 's',
    });
    report.add({
      case: 'memory of this process',
      ours: middle('ours', 'megabytes'),
      baseline: middle('baseline', 'megabytes'),
      unit: 'MB',
    });
  } finally {
    await store.close();
    await database.stop();
    await rm(home, { recursive: true, force: true });
  }
}

interface Figures {
  perSecond: number;
  cpuSeconds: number;
  megabytes: number;
}

async function measure(store: Store, claim: (store: Store) => Promise<number>): Promise<Figures> {
  const before = process.cpuUsage();
  const began = performance.now();
  let claimed = 0;
  const lane = async () => {
    while (claimed < perRound) {
      const taken = await claim(store);
      if (taken === 0) throw new Error('nothing was left to claim');
      claimed += taken;
    }
  };
  await Promise.all(Array.from({ length: connections }, lane));
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(before);
  return {
    perSecond: claimed / seconds,
    cpuSeconds: (user + system) / 1e6 / (claimed / 1_000),
    megabytes: (await residentBytes(process.pid)) / 1e6,
  };
}

async function claimOurs(store: Store): Promise<number> {
  return (await claimGenerations(store, { engine, most, leaseSeconds: 60 })).length;
}

async function claimBare(store: Store): Promise<number> {
  return store.transaction(async (db) => {
    await db.query('select slots - running from engines where name = $1 for no key update', [engine]);
    const rows = await db.query(bareSql, [
      engine,
      most,
      Array.from({ length: most }, () => newId('att')),
      Array.from({ length: most }, () => newId('lease')),
    ]);
    await db.query('update engines set running = running + $2 where name = $1', [engine, rows.length]);
    return rows.length;
  });
}

const bareSql = `
with next as (
  select a.id from accounts a
  where a.running < a.concurrency_limit
    and exists (select from generations g where g.status = 'pending' and g.engine = $1 and g.account_id = a.id)
  order by a.last_served_at nulls first, a.id limit $2
  for no key update skip locked
), numbered as (
  select id, row_number() over () as number from next
), claimed as (
  update generations g set status = 'processing', attempt = attempt + 1, attempt_id = ($3::text[])[n.number],
    started_at = coalesce(started_at, now()), phase = null, progress = 0
  from numbered n
  cross join lateral (
    select o.id from generations o where o.status = 'pending' and o.engine = $1 and o.account_id = n.id
    order by o.lane, o.priority desc, o.created_at, o.id limit 1 for update skip locked
  ) o
  where g.id = o.id
  returning g.*, n.number
), attempted as (
  insert into attempts (id, generation_id, number, engine, step, lease, next_step_at, holds_slot)
  select attempt_id, id, attempt, $1, 'starting', ($4::text[])[number], now() + interval '60 s', true from claimed
), told as (
  insert into events (account_id, generation_id, type) select account_id, id, 'generation.processing' from claimed
), counted as (
  update accounts a set running = running + 1, last_served_at = clock_timestamp(), own_served_at = clock_timestamp()
  from claimed where a.id = claimed.account_id
)
select ${generationColumns} from claimed g`;

async function fill(store: Store): Promise<void> {
  for (let n = 0; n < accounts; n += 1) {
    const account = await createAccount(store, {
      name: `bench ${n}`,
      concurrencyLimit: 10_000,
      timeZone: 'UTC',
      credits: { live: 0, test: 0 },
    });
    const { key } = await createKey(store, { accountId: account.id, mode: 'live', name: 'bench' });
    const plan = { engine, references: [], adjustments: [], prompt: 'a calm morning' };
    await store.query(
      `insert into generations (id, account_id, key_id, purse, endpoint, engine, model, prompt, duration_seconds,
        aspect_ratio, plan, price_credits, price_usd_cents, price_book)
      select 'gen_' || substr(md5($1 || n), 1, 24), $1, $2, 'live', 'text-to-video', $3, 'm', 'a calm morning', 5, '16:9',
        $4, 0, 0, 'published@1'
      from generate_series(1, $5::int) n`,
      [account.id, key.id, engine, JSON.stringify(plan), perAccount],
    );
  }
}

/** Everything waits again, and both sides find tables of the same age. */
async function reset(store: Store): Promise<void> {
  await store.query('truncate attempts');
  await store.query('truncate events cascade');
  await store.query(
    `update generations set status = 'pending', attempt = 0, attempt_id = null, started_at = null where status = 'processing'`,
  );
  await store.query('update accounts set running = 0, last_served_at = null, own_served_at = null');
  await store.query('update engines set running = 0');
  await store.query('vacuum analyze generations');
  await store.query('vacuum analyze accounts');
  await store.query('vacuum analyze engines');
}
