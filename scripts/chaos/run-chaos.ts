import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchProvider } from '../../src/engines/simulated/launch-provider.ts';
import type { BookEntry } from '../../src/engines/simulated/wire.ts';
import { openStore, type Store } from '../../src/store/db.ts';
import { freePort } from '../../src/store/embedded/port.ts';
import { findPostmaster } from '../../src/store/embedded/postmaster.ts';
import { startEmbedded } from '../../src/store/embedded/start-embedded.ts';
import { createCustomers } from './customers.ts';
import { startDoubles } from './doubles.ts';
import { needsDouble } from './engines.ts';
import { type Fleet, startFleet } from './fleet.ts';
import { drawMischief } from './mischief.ts';
import { createRandom, type Random } from './random.ts';
import { type Findings, judge, type Verdict } from './verdict.ts';

export interface ChaosOptions {
  generations: number;
  kills: number;
  seed: number;
  servers: number;
  /** Of the kills, how many hit the database and the provider; the others hit servers. */
  databaseKills: number;
  providerKills: number;
  engines: readonly string[];
  /** Is told, now and then, how far it is. */
  say(text: string): void;
}

export interface ChaosResult extends Verdict {
  generations: number;
  kills: number;
  seed: number;
  elapsed_seconds: number;
}

const killsAhead = 0.05;

/** Nothing has moved for so long: what has not ended by then counts as lost. */
const stillSeconds = 90;

/** How long the provider goes on calling back somebody who does not answer. */
const callbackSeconds = 75;

/**
 * Runs several Kinoras against a provider that misbehaves in every way, kills all of them again and again, and compares
 * both sides' books at the end.
 */
export async function runChaos(options: ChaosOptions): Promise<{ result: ChaosResult; findings: Findings }> {
  const { generations, seed, say } = options;
  const startedAt = performance.now();
  const random = createRandom(seed);
  const home = await mkdtemp(join(tmpdir(), 'kinora-chaos-'));
  await chmod(home, 0o755);
  const closers: (() => Promise<unknown>)[] = [() => rm(home, { recursive: true, force: true })];
  try {
    const database = await startEmbedded({ home, log: () => {} });
    closers.push(() => database.stop());
    const providerFolder = join(home, 'provider');
    let provider = await launchProvider({ folder: providerFolder });
    closers.push(() => provider.kill());
    const doubles = await startDoubles(options.engines.filter(needsDouble), provider.origin);
    closers.push(doubles.stop);
    const operatorKey = `kin_operator_of_a_chaos_run_${seed}`;
    const ports: number[] = [];
    for (let n = 0; n < options.servers; n += 1) ports.push(await freePort());
    const fleet = await startFleet({
      ports,
      logFile: join(tmpdir(), `kinora-chaos-${process.pid}.log`),
      environment: (port) => ({
        DATABASE_URL: database.url,
        KINORA_HOME: join(home, 'kinora'),
        KINORA_PORT: String(port),
        KINORA_PUBLIC_URL: `http://127.0.0.1:${port}`,
        KINORA_OPERATOR_KEY: operatorKey,
        CHAOS_PROVIDER: provider.origin,
        CHAOS_DOUBLES: JSON.stringify(doubles.origins),
      }),
    });
    closers.push(() => fleet.stop());
    const store = openStore(database.url, { connections: 2 });
    closers.push(() => store.close());

    const progress = { killed: 0 };
    const draws = random.fork('requests');
    const requests = Array.from({ length: generations }, () => drawMischief(draws, options.engines));
    const customers = await createCustomers({
      fleet,
      operatorKey,
      random: random.fork('customers'),
      engines: options.engines,
      requests,
      // So that the kills are spread over the whole run, however fast the machine is.
      mayGoOn: async (share) => {
        while (share > (progress.killed + 4) / (options.kills + 4)) await sleep(100);
      },
    });
    say(`${generations} generations, ${options.kills} kills, seed ${seed}`);
    const submitting = customers.submitAll();
    const killing = killAll(options, {
      acceptedShare: () => (customers.accepted.size + customers.rows.size) / generations,
      random: random.fork('kills'),
      fleet,
      progress,
      async killDatabase() {
        const postmaster = await findPostmaster(database.dataDirectory);
        if (postmaster !== undefined) process.kill(postmaster.pid, 'SIGKILL');
        return postmaster !== undefined;
      },
      async killProvider() {
        await provider.kill();
        await doubles.restart();
        provider = await launchProvider({ folder: providerFolder });
        return true;
      },
    });
    const reporter = setInterval(() => {
      count(store).then(
        (counts) =>
          say(
            `${customers.accepted.size + customers.rows.size} accepted, ${progress.killed} killed: ${counts}`,
          ),
        () => say('the database is away'),
      );
    }, 10_000);
    try {
      await Promise.all([submitting, killing]);
      await untilStill(store);
      await untilToldOf(store, () => readBook(provider.origin));
    } finally {
      clearInterval(reporter);
    }
    const book = await readBook(provider.origin);
    const { accepted, rows } = customers;
    const { verdict, findings } = await judge({ store, accepted, rows, book });
    const result = {
      generations,
      kills: progress.killed,
      seed,
      ...verdict,
      elapsed_seconds: Math.round((performance.now() - startedAt) / 1000),
    };
    return { result, findings };
  } finally {
    for (const close of closers.reverse()) await close().catch((error) => say(`closing: ${String(error)}`));
  }
}

async function killAll(
  { kills, databaseKills, providerKills }: ChaosOptions,
  run: {
    /** So that the kills do not come faster than the work they are to hit. */
    acceptedShare(): number;
    random: Random;
    fleet: Fleet;
    progress: { killed: number };
    /** Whether there was one to kill. */
    killDatabase(): Promise<boolean>;
    killProvider(): Promise<boolean>;
  },
): Promise<void> {
  const { random, fleet, progress } = run;
  const targets = Array.from({ length: kills }, (_, n) =>
    n < databaseKills ? 'database' : n < databaseKills + providerKills ? 'provider' : 'server',
  ).sort(() => random.next() - 0.5);
  for (const target of targets) {
    while (progress.killed / kills > run.acceptedShare() + killsAhead) await sleep(100);
    let isDead = false;
    while (!isDead) {
      await sleep(random.between(500, 3_000));
      if (target === 'database') isDead = await run.killDatabase();
      else if (target === 'provider') isDead = await run.killProvider();
      else isDead = fleet.kill(Math.floor(random.next() * fleet.servers.length));
    }
    progress.killed += 1;
  }
}

/** Waits until everything has ended or is parked and nothing late is still to be fetched, or nothing moves any more. */
async function untilStill(store: Store): Promise<void> {
  let last = '';
  let since = performance.now();
  while (performance.now() - since < stillSeconds * 1000) {
    await sleep(1_000);
    const counts = await count(store).catch(() => 'away');
    if (counts !== last) since = performance.now();
    last = counts;
    const [open] = await store
      .query<{ count: number }>(
        `select (select count(*)::int from generations g where g.status in ('pending', 'processing') and not exists (
          select from attempts t where t.id = g.attempt_id and t.step = 'unknown'))
        + (select count(*)::int from attempts where step = 'late')
        + (select count(*)::int from batch_rows where state in ('waiting', 'waiting_budget')) as count`,
      )
      .catch(() => []);
    if (open?.count !== 0) continue;
    // Callbacks of late ends are still on their way.
    await sleep(8_000);
    return;
  }
}

/** The provider calls again for a minute: until then what is parked may be told of. */
async function untilToldOf(store: Store, readBookNow: () => Promise<BookEntry[]>): Promise<void> {
  const since = performance.now();
  while (performance.now() - since < callbackSeconds * 1000) {
    const parked = await store.query<{ id: string }>(`select id from attempts where step = 'unknown'`);
    const ids = new Set(parked.map(({ id }) => id));
    const untold = (await readBookNow()).filter(
      (job) => ids.has(job.attempt_id) && job.callbacks_delivered === 0,
    );
    if (untold.length === 0) break;
    await sleep(1_000);
  }
  await untilStill(store);
}

async function count(store: Store): Promise<string> {
  const rows = await store.query<{ state: string; count: number }>(
    `select coalesce(outcome, status) || coalesce(' ' || t.step, '') as state, count(*)::int as count
    from generations g left join attempts t on t.id = g.attempt_id group by 1 order by 1`,
  );
  return rows.map(({ state, count: n }) => `${n} ${state}`).join(', ');
}

async function readBook(origin: string): Promise<BookEntry[]> {
  const text = await (await fetch(`${origin}/book`)).text();
  return (
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as BookEntry)
      // A double keeps more behind the attempt's id.
      .map((entry) => ({ ...entry, attempt_id: entry.attempt_id.split('~')[0] ?? '' }))
  );
}
