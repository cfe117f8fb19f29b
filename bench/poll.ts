import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { CheckResult, RemoteEngine } from '../src/domain/engine.ts';
import { capabilities } from '../src/engines/simulated/capabilities.ts';
import { heldSeconds } from '../src/pipeline/remote/held-jobs.ts';
import { sweepChecks } from '../src/pipeline/remote/sweep-checks.ts';
import { postponeSteps, type RemoteJob, takeDueSteps } from '../src/store/remote-attempts.ts';
import { ownCpuSeconds } from './cpu-seconds.ts';
import { type BenchDatabase, withDatabase } from './database.ts';
import { median, type Report } from './report.ts';

const inFlight = 10_000;
const callSeconds = 10;
const everySeconds = 5;
const sweepSize = 200;
/** As many as a worker has under way. */
const sweepsAtOnce = 3;
const rounds = 3;
/** Ours for a whole lease, in which each job is taken once and given back once. */
const seconds = { ours: 2 * callSeconds + heldSeconds, bare: 10 };

/**
 * 10,000 jobs in flight, each asked after every 5 s: what finding and putting off costs by itself, beside the two bare
 * statements for each look; and with HTTP, beside bare GETs of the same answers.
 */
export async function benchPoll(report: Report): Promise<void> {
  await withDatabase(async (database) => {
    await fillWithJobs(database);
    const silent = {
      check: async (): Promise<CheckResult> => ({ status: 'pending', checkAfterSeconds: everySeconds }),
    };
    const ours = [];
    const bare = [];
    for (let round = 0; round < rounds; round += 1) {
      await makeAllDue(database);
      const sweeps = sweepChecks(depsOf(database), engineOf(silent));
      ours.push(await sweepFor(database, seconds.ours, sweeps.take, sweeps.check));
      await makeAllDue(database);
      bare.push(
        await sweepFor(
          database,
          seconds.bare,
          () => takeDue(database),
          (jobs) =>
            postponeSteps(
              database.store,
              jobs.map((job) => ({ ...job, seconds: everySeconds, inVain: false, progress: undefined })),
            ),
        ),
      );
    }
    const of = (runs: Sweep[], key: keyof Sweep) => median(runs.map((run) => run[key]));
    report.add({
      case: `${inFlight} in flight, no HTTP: CPU of both processes`,
      ours: of(ours, 'cpuShare') * 100,
      baseline: of(bare, 'cpuShare') * 100,
      ratio: of(bare, 'cpuShare') / of(ours, 'cpuShare'),
      unit: '% of a core',
    });
    report.add({
      case: 'sweep of 200, p50',
      ours: of(ours, 'p50Ms'),
      baseline: of(bare, 'p50Ms'),
      unit: 'ms',
    });
    report.add({
      case: 'checks',
      ours: of(ours, 'perSecond'),
      baseline: inFlight / everySeconds,
      ratio: of(ours, 'perSecond') / (inFlight / everySeconds),
      unit: 'checks/s',
    });
    report.add({
      case: 'memory of this process',
      ours: process.memoryUsage.rss() / 1e6,
      baseline: null,
      unit: 'MB',
    });
    await overHttp(report, database);
  });
}

interface Sweep {
  cpuShare: number;
  perSecond: number;
  p50Ms: number;
}

/** Nobody has a lease, and the looks are spread over the seconds between two. */
async function makeAllDue({ store }: BenchDatabase): Promise<void> {
  await store.query(
    `update attempts set lease = null, next_step_at = now() + random() * $1 * interval '1 second'`,
    [everySeconds],
  );
}

function takeDue({ store }: BenchDatabase): Promise<RemoteJob[]> {
  return takeDueSteps(store, { engine: 'bench', steps: ['running'], limit: sweepSize, leaseSeconds: 30 });
}

/** Does as a worker does: takes what is due, up to 200, and looks again a moment later when there was nothing. */
async function sweepFor<Job extends RemoteJob>(
  database: BenchDatabase,
  lasting: number,
  take: () => Promise<Job[]>,
  work: (jobs: Job[]) => Promise<void>,
): Promise<Sweep> {
  const cpu = async () => ownCpuSeconds() + (await database.cpuSeconds());
  const before = await cpu();
  const started = performance.now();
  const sweeps: number[] = [];
  let checked = 0;
  while (performance.now() - started < lasting * 1000) {
    const begun = performance.now();
    const jobs = await take();
    if (jobs.length === 0) await sleep(100);
    else {
      await work(jobs);
      sweeps.push(performance.now() - begun);
      checked += jobs.length;
      // What is due is spread over the seconds; waiting for a full sweep spares statements.
      if (jobs.length < sweepSize) await sleep(100);
    }
  }
  const elapsed = (performance.now() - started) / 1000;
  return {
    cpuShare: ((await cpu()) - before) / elapsed,
    perSecond: checked / elapsed,
    p50Ms: median(sweeps),
  };
}

/** The same with a provider that answers over HTTP, beside a loop that does the same GETs and nothing else. */
async function overHttp(report: Report, database: BenchDatabase): Promise<void> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end('{"status":"running"}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ connections: 50 });
  const get = async () => {
    const { body } = await request(`http://127.0.0.1:${port}/jobs/1`, { dispatcher: agent });
    return (await body.json()) as { status: string };
  };
  const check = async (): Promise<CheckResult> => {
    const { status } = await get();
    if (status !== 'running') throw new Error(`the bench provider said ${status}`);
    return { status: 'pending', checkAfterSeconds: 0 };
  };
  const engine = engineOf({ check });
  const figures = { ours: [] as number[], bare: [] as number[] };
  for (let round = -1; round < rounds; round += 1) {
    await database.store.query('update attempts set next_step_at = now()');
    const sweeps = sweepChecks(depsOf(database), engine);
    const ours = await rate(async () => {
      const jobs = await sweeps.take();
      await sweeps.check(jobs);
      return jobs.length;
    });
    const bare = await rate(async () => {
      await Promise.all(Array.from({ length: sweepSize }, get));
      return sweepSize;
    });
    if (round < 0) continue;
    figures.ours.push(ours);
    figures.bare.push(bare);
  }
  const [ours, baseline] = [median(figures.ours), median(figures.bare)];
  report.add({
    case: 'checks over HTTP, at full speed',
    ours,
    baseline,
    ratio: ours / baseline,
    unit: 'checks/s',
  });
  await agent.close();
  server.close();
}

async function rate(work: () => Promise<number>): Promise<number> {
  const started = performance.now();
  let done = 0;
  const line = async () => {
    while (performance.now() - started < 4_000) done += await work();
  };
  await Promise.all(Array.from({ length: sweepsAtOnce }, line));
  return (done * 1000) / (performance.now() - started);
}

function engineOf({ check }: Pick<RemoteEngine, 'check'>): RemoteEngine {
  return {
    kind: 'remote',
    name: 'bench',
    capabilities,
    slots: inFlight,
    callSeconds,
    recovery: { idempotencyKey: true, lookUp: false, callback: false },
    trustedOrigins: [],
    start: () => Promise.reject(new Error('the bench starts nothing')),
    handleOf: (jobId) => ({ id: jobId }),
    check,
  };
}

function depsOf({ store }: BenchDatabase): Parameters<typeof sweepChecks>[0] {
  return {
    store,
    engines: new Map(),
    onUnexpected: (error) => {
      throw error;
    },
  };
}

async function fillWithJobs({ store }: BenchDatabase): Promise<void> {
  await store.query(
    `insert into accounts (id, name, concurrency_limit) values ('acc_bench', 'bench', 10000)`,
  );
  await store.query(
    `insert into keys (id, account_id, mode, name, hint, secret_hash) values ('key_bench', 'acc_bench', 'test', 'b', 'h', 'x')`,
  );
  await store.query(
    `insert into generations (id, account_id, key_id, purse, endpoint, engine, model, status, prompt, duration_seconds,
      aspect_ratio, plan, price_credits, price_usd_cents, price_book, attempt, attempt_id, started_at)
    select 'gen_' || n, 'acc_bench', 'key_bench', 'test', 'text-to-video', 'bench', 'bench-1', 'processing', 'p', 5, '16:9',
      '{}', 303, 303, 'published@1', 1, 'att_' || n, now()
    from generate_series(1, ${inFlight}) n`,
  );
  await store.query(
    `insert into attempts (id, generation_id, number, engine, step, handle, next_step_at, holds_slot)
    select 'att_' || n, 'gen_' || n, 1, 'bench', 'running', jsonb_build_object('id', n), now() + random() * ${everySeconds} * interval '1 second', true
    from generate_series(1, ${inFlight}) n`,
  );
  await store.query('analyze');
}
