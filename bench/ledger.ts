import type { Plan } from '../src/domain/plan.ts';
import { createAccount } from '../src/store/accounts.ts';
import { createKey } from '../src/store/keys.ts';
import { newId } from '../src/store/new-id.ts';
import { type NewGeneration, submitGeneration, submitGenerations } from '../src/store/submit-generation.ts';
import { ownCpuSeconds } from './cpu-seconds.ts';
import { type BenchDatabase, withDatabase } from './database.ts';
import { median, type Report } from './report.ts';

const rounds = 5;
const seconds = 3;
const connections = 8;
const chunk = 10;

const plan: Plan = {
  engine: 'bench',
  model: 'bench-1',
  endpoint: 'text-to-video',
  prompt: 'a calm morning',
  references: [],
  durationSeconds: 5,
  aspectRatio: '16:9',
  width: 1280,
  height: 720,
  seed: 0,
  generateAudio: true,
  adjustments: [],
};

/**
 * Holds per second on one hot account with a budget, one by one and in chunks, beside statements that do the same reads
 * and writes and decide nothing: no grants in turn, no thresholds, no refusal.
 */
export async function benchLedger(report: Report): Promise<void> {
  await withDatabase(async (database) => {
    const { store } = database;
    const account = await createAccount(store, {
      name: 'bench',
      concurrencyLimit: 10,
      timeZone: 'UTC',
      credits: { live: 1_000_000_000_000, test: 0 },
    });
    const { key } = await createKey(store, { accountId: account.id, mode: 'live', name: 'bench' });
    const budgetId = newId('budget');
    await store.query('select from create_budget(jsonb_populate_record(null::budgets, $1::jsonb))', [
      JSON.stringify({
        id: budgetId,
        account_id: account.id,
        purse: 'live',
        name: 'bench',
        scope: 'account',
        period: 'daily',
        limit_credits: 1_000_000_000_000,
        action: 'block',
        thresholds: [50, 80, 100],
      }),
    ]);
    const generation: NewGeneration = {
      accountId: account.id,
      keyId: key.id,
      purse: 'live',
      prompt: plan.prompt,
      plan,
      price: { credits: 303, usdCents: 303 },
      priceBook: 'published@1',
      workflow: undefined,
      batchId: undefined,
      tags: [],
      endUserId: undefined,
      priority: 0,
      metadata: {},
      webhook: undefined,
    };
    // The first hold makes the row of usage that the bare statements update.
    await submitGeneration(store, generation, undefined);
    const bare = (count: number) =>
      store.query(bareSql, [account.id, key.id, JSON.stringify(plan), budgetId, count]);

    await compare(report, database, {
      name: 'hold, one hot account',
      perCall: 1,
      ours: () => submitGeneration(store, generation, undefined),
      bare: () => bare(1),
    });
    const many = Array.from({ length: chunk }, () => generation);
    await compare(report, database, {
      name: `hold, chunks of ${chunk}`,
      perCall: chunk,
      ours: () => submitGenerations(store, many),
      bare: () => bare(chunk),
    });
  });
}

async function compare(
  report: Report,
  database: BenchDatabase,
  side: { name: string; perCall: number; ours(): Promise<unknown>; bare(): Promise<unknown> },
): Promise<void> {
  const figures = { ours: [] as Figures[], bare: [] as Figures[] };
  for (let round = -1; round < rounds; round += 1)
    for (const which of ['ours', 'bare'] as const) {
      const figure = await measure(database, side[which], side.perCall);
      // The first round warms both up and does not count.
      if (round >= 0) figures[which].push(figure);
    }
  const middle = (which: 'ours' | 'bare', key: keyof Figures) =>
    median(figures[which].map((figure) => figure[key]));
  const [ours, baseline] = [middle('ours', 'perSecond'), middle('bare', 'perSecond')];
  report.add({ case: side.name, ours, baseline, ratio: ours / baseline, unit: 'holds/s' });
  report.add({
    case: `${side.name}: CPU of both processes`,
    ours: middle('ours', 'cpuMs'),
    baseline: middle('bare', 'cpuMs'),
    unit: 'ms/hold',
  });
  report.add({
    case: `${side.name}: memory of this process`,
    ours: process.memoryUsage.rss() / 1e6,
    baseline: null,
    unit: 'MB',
  });
}

interface Figures {
  perSecond: number;
  cpuMs: number;
}

async function measure(
  database: BenchDatabase,
  call: () => Promise<unknown>,
  perCall: number,
): Promise<Figures> {
  const cpu = async () => ownCpuSeconds() + (await database.cpuSeconds());
  const cpuBefore = await cpu();
  const started = performance.now();
  let calls = 0;
  const line = async () => {
    while (performance.now() - started < seconds * 1000) {
      await call();
      calls += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, line));
  const elapsed = (performance.now() - started) / 1000;
  const holds = calls * perCall;
  return { perSecond: holds / elapsed, cpuMs: (((await cpu()) - cpuBefore) * 1000) / holds };
}

/** The rows that a hold reads and writes, as one statement for any number of them. */
const bareSql = `
with paid as (
  update balances set available = available - 303 * $5::int, held = held + 303 * $5::int
  where account_id = $1 and purse = 'live' and available >= 303 * $5::int returning account_id
), budget as (
  update budget_usage set used = used + 303 * $5::int from paid where budget_id = $4 and value = $1
), lent as (
  update grants set remaining = remaining - 303 * $5::int, held = held + 303 * $5::int
  from paid where grants.account_id = $1 and purse = 'live' returning id
), g as (
  insert into generations (id, account_id, key_id, purse, endpoint, engine, model, prompt, duration_seconds, aspect_ratio,
    plan, price_credits, price_usd_cents, price_book)
  select 'gen_' || replace(gen_random_uuid()::text, '-', ''), $1, $2, 'live', 'text-to-video', 'bench', 'bench-1',
    'a calm morning', 5, '16:9', $3::jsonb, 303, 303, 'published@1'
  from lent, generate_series(1, $5::int)
  returning id
), entry as (
  insert into ledger_entries (account_id, purse, kind, generation_id, available, held, counterpart, reason, grants, budgets)
  select $1, 'live', 'hold', g.id, -303, 303, 0, 'submitted', jsonb_build_array(jsonb_build_array(lent.id, 303)),
    jsonb_build_array(jsonb_build_array($4::text, $1, current_date))
  from g, lent
)
insert into events (account_id, generation_id, type) select $1, id, 'generation.created' from g`;
