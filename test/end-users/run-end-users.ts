import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, KinoraError } from '../../src/client/index.ts';
import { readConfig } from '../../src/config.ts';
import { priceBooks } from '../../src/domain/price-book.ts';
import { createSimulatedEngine } from '../../src/engines/simulated/index.ts';
import { startKinora } from '../../src/main.ts';
import { findImbalances, type Imbalance } from '../../src/store/ledger.ts';

export interface EndUsersOptions {
  databaseUrl: string;
  /** An empty folder, which whoever made it removes. */
  home: string;
  users: number;
  /** How many requests are on their way at once. */
  atOnce: number;
  slots: number;
}

export interface EndUsersResult {
  users: number;
  asked: number;
  accepted: number;
  refused: number;
  /** Videos that failed and gave their credits back, so that another could be asked for. */
  failed: number;
  complete: number;
  /** People whose budget says anything but one whole video. */
  wrong_budgets: number;
  most_used: number;
  limit: number;
  charged: number;
  imbalances: Imbalance[];
  submit_seconds: number;
  elapsed_seconds: number;
}

const price = 243;
/** One person in so many has bad luck first. */
const unlucky = 20;

/**
 * Very many people of one app, each with the same allowance by one budget: every one asks twice at once for a video of
 * which the allowance pays one. For some the first one fails, gives its credits back, and they ask again.
 */
export async function runEndUsers(options: EndUsersOptions): Promise<EndUsersResult> {
  const { users, home } = options;
  const simulated = createSimulatedEngine({
    name: 'simulated',
    slots: options.slots,
    recovery: { idempotencyKey: true, lookUp: true, callback: true },
    provider: { folder: join(home, 'simulated'), simulate: { latency_seconds: 0.1 } },
  });
  const kinora = await startKinora(
    readConfig({ KINORA_HOME: home, KINORA_PORT: '0', DATABASE_URL: options.databaseUrl }),
    { info() {}, warn: console.warn, error: console.error },
    {
      engines: new Map([
        [
          'simulated',
          { engine: simulated.engine, priceBook: priceBooks.published, serves: ['test'], simulates: true },
        ],
      ]),
    },
  );
  try {
    const operator = createClient({ baseUrl: kinora.url, key: kinora.operatorKey });
    const { id } = await operator.accounts.create({ name: 'Cards', concurrency_limit: options.slots });
    await operator.accounts.grant(id, { credits: users * price * 2, purse: 'test' });
    const { key } = await operator.keys.create({ account_id: id, mode: 'test' });
    // In this process: what is looked at is what the database holds, not how fast HTTP is.
    const app = createClient({
      baseUrl: kinora.url,
      key,
      fetch: async (input, init) => kinora.fetch(new Request(input, init)),
    });
    const budget = await app.budgets.create({
      name: 'Each person',
      scope: 'end_user',
      scope_value: '*',
      period: 'daily',
      limit_credits: price,
      thresholds: [100],
    });
    const began = performance.now();
    const counts = { asked: 0, accepted: 0, refused: 0 };
    const ask = async (user: number, simulate: object) => {
      counts.asked += 1;
      try {
        await app.textToVideo.submit({
          prompt: `Happy birthday, ${user}`,
          duration: 4,
          aspect_ratio: '9:16',
          end_user_id: `user-${user}`,
          simulate: simulate as Record<string, never>,
        });
        counts.accepted += 1;
      } catch (error) {
        if (!(error instanceof KinoraError) || error.code !== 'budget_exceeded') throw error;
        counts.refused += 1;
      }
    };
    const fails = { outcome: { end: 'fail', kind: 'permanent' } };
    const isUnlucky = (user: number) => user % unlucky === 0;
    await inLanes(users, options.atOnce, async (user) => {
      const simulate = isUnlucky(user) ? fails : {};
      await Promise.all([ask(user, simulate), ask(user, simulate)]);
    });
    const submitted = performance.now();
    await ended(kinora.store);
    await inLanes(users, options.atOnce, async (user) => {
      if (isUnlucky(user)) await Promise.all([ask(user, {}), ask(user, {})]);
    });
    await ended(kinora.store);
    const [row] = await kinora.store.query<
      Pick<EndUsersResult, 'failed' | 'complete' | 'wrong_budgets' | 'most_used' | 'charged'>
    >(
      `select (select count(*)::int from generations where status = 'failed') as failed,
        (select count(*)::int from generations where status = 'complete') as complete,
        (select count(*)::int from generate_series(0, $2::int - 1) n
          left join budget_usage u on u.budget_id = $1 and u.value = 'user-' || n
          where u.used is distinct from $3) as wrong_budgets,
        (select max(used)::int from budget_usage where budget_id = $1) as most_used,
        (select coalesce(sum(charged_credits), 0)::int from generations) as charged`,
      [budget.id, users, price],
    );
    if (row === undefined) throw new Error('no figures');
    return {
      users,
      ...counts,
      ...row,
      limit: price,
      imbalances: await findImbalances(kinora.store),
      submit_seconds: seconds(submitted - began),
      elapsed_seconds: seconds(performance.now() - began),
    };
  } finally {
    await kinora.close();
    await simulated.close();
  }
}

const seconds = (milliseconds: number) => Math.round(milliseconds / 100) / 10;

async function inLanes(count: number, lanes: number, work: (n: number) => Promise<void>): Promise<void> {
  const queue = Array.from({ length: count }, (_, n) => n).values();
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (const n of queue) await work(n);
    }),
  );
}

async function ended(store: { query<Row>(sql: string): Promise<Row[]> }): Promise<void> {
  for (;;) {
    const open = await store.query(
      `select 1 from generations where status in ('pending', 'processing') limit 1`,
    );
    if (open.length === 0) return;
    await sleep(100);
  }
}

/** What must be true of a run, by name; the names of what is not. */
export function brokenPromises(result: EndUsersResult): string[] {
  const { users, asked, accepted, refused, failed, complete, charged } = result;
  const unluckyUsers = Math.ceil(users / unlucky);
  const promises = {
    'everybody has one video': complete === users,
    'whoever had bad luck could ask again': failed === unluckyUsers,
    'one of two was refused, every time': accepted === users + unluckyUsers && refused === asked - accepted,
    'every budget says one video': result.wrong_budgets === 0,
    'no budget was exceeded': result.most_used <= result.limit,
    'what was charged is what was made': charged === users * price,
    'the books balance': result.imbalances.length === 0,
  };
  return Object.entries(promises)
    .filter(([, kept]) => !kept)
    .map(([promise]) => promise);
}
