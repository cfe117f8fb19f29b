import type { Client } from '../../client/index.ts';
import { AppError } from '../../domain/errors.ts';
import { priceBooks, priceOf } from '../../domain/price-book.ts';
import { knownEngines } from '../../domain/priced-engine.ts';
import { etaOfMany } from '../../domain/queue.ts';
import type { EndpointName } from '../../domain/request.ts';
import type { Limit } from './where-it-stops.ts';

/** Who makes the videos of a workflow, as far as a plan has to know. */
export interface PlannedEngine {
  name: string;
  /** Null where it is not set up. */
  model: string | null;
  isSetUp: boolean;
  /** How many references one request takes there, by kind and in all; undefined where nobody can tell. */
  mostReferences: { image: number; video: number; audio: number; total: number } | undefined;
  /** What so many rows cost, when they are ready and what would stop them. */
  quote(rows: number): Promise<Quote>;
}

export interface Quote {
  each: { credits: number; usdCents: number };
  etaSeconds: number;
  availableCredits: number;
  limits: Limit[];
}

interface Asked {
  workflow: string;
  endpoint: EndpointName;
  durationSeconds: number;
  /** As the workflow names it. */
  engine: string | undefined;
}

/** Of a hosted model that nobody has asked here yet. */
const hosted = { secondsEach: 120, slots: 100 };

/**
 * The engine that a workflow names, set up or not; else the first of its route that is, whatever is full or resting just
 * now: fingerprints name the engine, and must not change from one hour to the next. Throws an AppError for a name that no
 * engine has.
 */
export async function findEngine(
  { client, signal }: { client: Client; signal: AbortSignal },
  asked: Asked,
): Promise<PlannedEngine> {
  const all = await client.engines.known({ signal });
  const engines = all.filter(({ state }) => state !== 'not_set_up');
  const name = asked.engine ?? (await firstOfRoute(client, asked, engines, signal));
  const engine = engines.find((one) => one.name === name);
  if (name !== undefined && engine === undefined)
    return notSetUp(
      { client, signal },
      { ...asked, engine: all.find((one) => one.name === name) ?? { name } },
    );
  const probe = await estimate(client, { ...asked, engine: name, rows: 1, signal });
  const chosen = engine ?? engines.find((one) => one.name === probe.engine);
  return {
    name: probe.engine,
    model: chosen?.model ?? null,
    isSetUp: true,
    mostReferences: chosen?.capabilities?.max_references,
    async quote(rows) {
      const answer = rows < 2 ? probe : await estimate(client, { ...asked, engine: name, rows, signal });
      return {
        each: { credits: answer.each.credits, usdCents: answer.each.usd_cents },
        etaSeconds: rows === 0 ? 0 : answer.eta_seconds,
        availableCredits: answer.available_credits,
        limits: [
          credits(answer.available_credits),
          ...(await budgetsOf(client, { ...asked, engine: name, rows, signal }, answer)),
        ],
      };
    },
  };
}

type UnsetEngine = { name: string } & Partial<Pick<Engines[number], 'capabilities'>>;
type Engines = Awaited<ReturnType<Client['engines']['list']>>;
type Estimate = Awaited<ReturnType<Client['estimates']['create']>>;
type Question = Asked & { rows: number; signal: AbortSignal };

async function firstOfRoute(
  client: Client,
  { workflow, endpoint, durationSeconds }: Asked,
  engines: Engines,
  signal: AbortSignal,
): Promise<string | undefined> {
  const routes = (await client.routes.list({ signal })).filter((route) => route.endpoint === endpoint);
  const route =
    routes.find(({ scope, scope_value: value }) => scope === 'workflow' && value === workflow) ??
    routes.find(({ scope }) => scope === 'account') ??
    routes.find(({ scope }) => scope === 'everybody');
  return route?.engines.find((name) =>
    engines.some(
      ({ name: other, capabilities }) =>
        other === name &&
        capabilities?.endpoints.includes(endpoint) === true &&
        capabilities.durations.includes(durationSeconds),
    ),
  );
}

function estimate(
  client: Client,
  { workflow, endpoint, durationSeconds, engine, rows, signal }: Question,
): Promise<Estimate> {
  return client.estimates.create(
    {
      endpoint,
      duration: durationSeconds,
      count: Math.max(1, rows),
      workflow,
      ...(engine === undefined ? {} : { engine }),
    },
    { signal },
  );
}

const credits = (available: number): Limit => ({
  by: 'credits',
  reason: `${available.toLocaleString('en')} credits are available`,
  left: available,
  resetsAt: null,
});

/** The server names one budget at a time, so it is asked about fewer and fewer rows until none is in the way. */
async function budgetsOf(client: Client, asked: Question, first: Estimate): Promise<Limit[]> {
  const limits: Limit[] = [];
  const creditsEach = first.each.credits;
  let answer = first;
  while (answer.blocked_by !== null && creditsEach > 0) {
    const { name, left, limit, resets_at: resetsAt } = answer.blocked_by;
    limits.push({
      by: 'budget',
      reason: `the budget "${name}" has ${left.toLocaleString('en')} of ${limit.toLocaleString('en')} credits left`,
      left,
      resetsAt,
    });
    const rows = Math.floor(left / creditsEach);
    if (rows === 0) break;
    answer = await estimate(client, { ...asked, rows });
  }
  return limits;
}

/** Priced as such engines are sold, so that a plan can be made before a key is bought (I4). */
async function notSetUp(
  { client, signal }: { client: Client; signal: AbortSignal },
  { engine, endpoint, durationSeconds }: Omit<Asked, 'engine'> & { engine: UnsetEngine },
): Promise<PlannedEngine> {
  const { name, capabilities } = engine;
  const price = priceOf(priceBooks.published, durationSeconds);
  if (!knownEngines.some((known) => known === name) || price === undefined)
    throw new AppError('unsupported_by_engine', `engine: there is no engine "${name}".`, {
      hint: `There are: ${knownEngines.join(', ')}.`,
    });
  if (capabilities?.endpoints.includes(endpoint) === false)
    throw new AppError('unsupported_by_engine', `The engine "${name}" does not serve ${endpoint}.`);
  if (capabilities?.durations.includes(durationSeconds) === false)
    throw new AppError(
      'unsupported_by_engine',
      `The engine "${name}" makes ${capabilities.durations.join(', ')} s, not ${durationSeconds} s.`,
    );
  return {
    name,
    model: null,
    isSetUp: false,
    mostReferences: capabilities?.max_references,
    async quote(rows) {
      const [account, balance] = await Promise.all([
        client.account.get({ signal }),
        client.credits.get({ signal }),
      ]);
      const pace = { ...hosted, accountLimit: account.concurrency_limit };
      const { available } = balance.live;
      return {
        each: price,
        etaSeconds: etaOfMany(rows, pace),
        availableCredits: available,
        limits: [credits(available)],
      };
    },
  };
}
