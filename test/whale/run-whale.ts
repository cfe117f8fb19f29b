import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAccount } from '../../src/store/accounts.ts';
import { openStore, type Store } from '../../src/store/db.ts';
import { registerEngines } from '../../src/store/engines.ts';
import { insertFile } from '../../src/store/files.ts';
import { createKey } from '../../src/store/keys.ts';
import { findImbalances, type Imbalance } from '../../src/store/ledger.ts';
import { samplePlan, submitSample } from '../generations.ts';
import type { WhaleOrder } from './whale-worker.ts';

export interface WhaleOptions {
  url: string;
  /** What the large account has waiting: rows of one batch, or generations that are held already. */
  whale: { rows: number } | { pending: number };
  smallAccounts: number;
  /** How many small accounts wait for their first video at once: more arrive as fast as these begin. */
  atOnce: number;
  /** Milliseconds that a video takes on the engine. */
  workMs: number;
  workers: number;
}

export interface WhaleResult {
  whale: number;
  small_accounts: number;
  workers: number;
  claims: number;
  whale_claims: number;
  /** Claims after which more ran than a limit allows, as the claim itself counted, and as was seen from outside. */
  violations: { at_claims: number; from_outside: number };
  most_running: number;
  slots: number;
  /** From submit to begin, of the first generation of each small account. */
  start_ms: { p50: number; p99: number; max: number };
  imbalances: Imbalance[];
  elapsed_seconds: number;
}

const engine = 'fleet';
const slots = 40;
const whaleLimit = 30;

/**
 * One account with a great deal to do beside many with one or two videos each, served by several processes: counts
 * every excess over a limit, and how long each small account waited to begin.
 */
export async function runWhale(options: WhaleOptions): Promise<WhaleResult> {
  const store = openStore(options.url, { connections: 6 });
  const began = performance.now();
  const workers: ChildProcess[] = [];
  const watching = new AbortController();
  try {
    await registerEngines(store, [{ name: engine, slots }]);
    await countAtClaims(store);
    const whale = await openOwner(store, 'whale', whaleLimit);
    const small = [];
    for (let n = 0; n < options.smallAccounts; n += 1) small.push(await openOwner(store, `small ${n}`, 1));
    if ('rows' in options.whale) await fillRows(store, whale, options.whale.rows);
    else await fillPending(store, whale, options.whale.pending);
    await store.query('analyze');
    const order: WhaleOrder = { url: options.url, engine, slots, workMs: options.workMs };
    for (let n = 0; n < options.workers; n += 1) {
      const worker = fork(new URL('./whale-worker.ts', import.meta.url));
      workers.push(worker);
      worker.send(order);
      await once(worker, 'message');
    }
    const outside = watch(store, watching.signal);
    // Heard of at the end; a fault before that has a better error.
    outside.catch(() => {});
    // The whale is at its limit before the first of the others comes.
    await until(async () => (await runningOf(store, whale.account.id)) >= whaleLimit / 2);
    await submitSmall(store, small, options.atOnce);
    await until(async () => {
      const [row] = await store.query<{ left: number }>(
        `select count(*)::int as left from generations where status = 'pending' and account_id <> $1`,
        [whale.account.id],
      );
      return row?.left === 0;
    });
    watching.abort();
    const fromOutside = await outside;
    await Promise.all(workers.map(stop));
    const { excesses, ...figures } = await readFigures(store, whale.account.id);
    return {
      whale: 'rows' in options.whale ? options.whale.rows : options.whale.pending,
      small_accounts: options.smallAccounts,
      workers: options.workers,
      ...figures,
      violations: { at_claims: excesses, from_outside: fromOutside },
      slots,
      imbalances: 'rows' in options.whale ? await findImbalances(store) : [],
      elapsed_seconds: Math.round((performance.now() - began) / 100) / 10,
    };
  } finally {
    watching.abort();
    for (const worker of workers) worker.kill('SIGKILL');
    await store.close();
  }
}

type Owner = Awaited<ReturnType<typeof openOwner>>;

async function openOwner(store: Store, name: string, concurrencyLimit: number) {
  const account = await createAccount(store, {
    name,
    concurrencyLimit,
    timeZone: 'UTC',
    credits: { live: 1_000_000_000, test: 0 },
  });
  const { key } = await createKey(store, { accountId: account.id, mode: 'live', name });
  return { account, key };
}

/** Each small account submits one video or two; the next comes when the first of an earlier one has begun. */
async function submitSmall(store: Store, owners: readonly Owner[], atOnce: number): Promise<void> {
  const queue = owners.entries();
  const lane = async () => {
    for (const [n, owner] of queue) {
      for (let m = 0; m <= n % 2; m += 1)
        await submitSample(store, owner, { plan: { ...samplePlan, engine } });
      await until(async () => {
        const begun = await store.query('select 1 from whale_claims where account_id = $1 limit 1', [
          owner.account.id,
        ]);
        return begun.length > 0;
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

/** In the transaction of each claim, when both rows are locked: what really runs, beside what may. */
async function countAtClaims(store: Store): Promise<void> {
  await store.query(
    `create table whale_claims (attempt_id text, generation_id text, account_id text, at timestamptz,
      on_engine integer, slots integer, of_account integer, account_limit integer)`,
  );
  await store.query('create index on whale_claims (account_id)');
  await store.query(
    `create function count_claim() returns trigger language plpgsql as $$
    declare
      a accounts;
    begin
      select o.* into a from accounts o join generations g on g.account_id = o.id where g.id = new.generation_id;
      insert into whale_claims select new.id, new.generation_id, a.id, clock_timestamp(),
        (select count(*) from attempts t where t.engine = new.engine and t.holds_slot), e.slots,
        (select count(*) from attempts t join generations g on g.id = t.generation_id
          where t.engine = new.engine and t.holds_slot and g.account_id = a.id), a.concurrency_limit
      from engines e where e.name = new.engine;
      return null;
    end $$`,
  );
  await store.query(
    'create trigger count_claim after insert on attempts for each row execute function count_claim()',
  );
}

async function fillRows(store: Store, { account, key }: Owner, rows: number): Promise<void> {
  const { id: fileId } = await insertFile(
    store,
    {
      accountId: account.id,
      sha256: '0'.repeat(64),
      sizeBytes: 1,
      facts: { kind: 'image', contentType: 'image/jpeg', width: 1280, height: 1280 },
      name: undefined,
    },
    async () => {},
  );
  await store.query(
    `insert into batches (account_id, purse, id, key_id, name, ahead, row_count) values ($1, 'live', 'batch_whale', $2, 'whale', 200, $3)`,
    [account.id, key.id, rows],
  );
  const request = {
    prompt: '@Image1 turns slowly',
    reference_images: [fileId],
    duration: 5,
    aspect_ratio: '16:9',
    engine,
  };
  await store.query(
    `insert into batch_rows (account_id, purse, batch_id, number, request)
    select $1, 'live', 'batch_whale', n, $3::jsonb || jsonb_build_object('seed', n) from generate_series(1, $2::int) n`,
    [account.id, rows, JSON.stringify(request)],
  );
}

/** As if they had been submitted one by one, without their holds: those are tested elsewhere. */
async function fillPending(store: Store, { account, key }: Owner, pending: number): Promise<void> {
  const plan = { ...samplePlan, engine };
  await store.query(
    `insert into generations (id, account_id, key_id, purse, endpoint, engine, model, prompt, duration_seconds, aspect_ratio,
      plan, price_credits, price_usd_cents, price_book)
    select 'gen_' || substr(md5(n::text), 1, 24), $1, $2, 'live', $4::jsonb->>'endpoint', $5, 'm', 'p', 5, '16:9',
      $4::jsonb, 0, 0, 'published@1'
    from generate_series(1, $3::int) n`,
    [account.id, key.id, pending, JSON.stringify(plan), engine],
  );
  await store.query(
    `insert into ledger_entries (account_id, purse, kind, generation_id, available, held, counterpart, reason)
    select account_id, purse, 'hold', id, 0, 0, 0, 'submitted' from generations where account_id = $1`,
    [account.id],
  );
}

/** Looks again and again from outside; how often it saw more running than may. */
async function watch(store: Store, signal: AbortSignal): Promise<number> {
  let excesses = 0;
  while (!signal.aborted) {
    const rows = await store.query(
      `select 1 from engines e where e.slots < (select count(*) from attempts t where t.engine = e.name and t.holds_slot)
        or e.running > e.slots
      union all
      select 1 from accounts a join (select g.account_id, count(*) as n from attempts t
        join generations g on g.id = t.generation_id where t.holds_slot group by 1) r on r.account_id = a.id
      where r.n > a.concurrency_limit or a.running > a.concurrency_limit`,
    );
    excesses += rows.length;
    await sleep(100, undefined, { signal }).catch(() => {});
  }
  return excesses;
}

async function readFigures(store: Store, whaleId: string) {
  const [row] = await store.query<{
    claims: number;
    whale_claims: number;
    excesses: number;
    most_running: number;
    p50: number;
    p99: number;
    max: number;
  }>(
    `with first as (
      select c.account_id, min(extract(epoch from c.at - g.created_at) * 1000) filter (where g.created_at = f.created_at) as ms
      from whale_claims c join generations g on g.id = c.generation_id
      join (select account_id, min(created_at) as created_at from generations group by 1) f on f.account_id = g.account_id
      where c.account_id <> $1 group by 1
    )
    select
      (select count(*)::int from whale_claims) as claims,
      (select count(*)::int from whale_claims where account_id = $1) as whale_claims,
      (select count(*)::int from whale_claims where on_engine > slots or of_account > account_limit) as excesses,
      (select max(on_engine) from whale_claims) as most_running,
      percentile_cont(0.5) within group (order by ms) as p50,
      percentile_cont(0.99) within group (order by ms) as p99, max(ms) as max
    from first`,
    [whaleId],
  );
  if (row === undefined) throw new Error('no figures');
  const { p50, p99, max, ...counts } = row;
  const start = { p50: Math.round(p50), p99: Math.round(p99), max: Math.round(max) };
  return { ...counts, start_ms: start };
}

async function runningOf(store: Store, accountId: string): Promise<number> {
  const [row] = await store.query<{ running: number }>('select running from accounts where id = $1', [
    accountId,
  ]);
  return row?.running ?? 0;
}

async function until(reached: () => Promise<boolean>): Promise<void> {
  for (let n = 0; n < 2_400; n += 1) {
    if (await reached()) return;
    await sleep(25);
  }
  throw new Error('it was never reached');
}

async function stop(worker: ChildProcess): Promise<void> {
  const exited = once(worker, 'exit');
  worker.disconnect();
  await exited;
}
