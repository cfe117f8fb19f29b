import type { Purse } from '../domain/credits.ts';
import { AppError } from '../domain/errors.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Note } from '../domain/plan.ts';
import { priceOf } from '../domain/price-book.ts';
import type { PricedEngine } from '../domain/priced-engine.ts';
import type { EndpointName } from '../domain/request.ts';
import { findRoute, type RouteEngine } from '../store/routes.ts';
import { chooseEngine } from './choose-engine.ts';
import type { Deps } from './deps.ts';

/** What a route is chosen by. */
export interface Routed {
  accountId: string;
  keyId: string;
  purse: Purse;
  workflow: string | undefined;
  endpoint: EndpointName;
  durationSeconds: number;
  /** Named by the caller: then no route is asked. */
  engine: string | undefined;
  simulate?: JsonObject | undefined;
}

export interface Leads {
  chosen: PricedEngine;
  /** Who may make it after the chosen one has failed, in order. */
  fallbacks: PricedEngine[];
  /** Why engines before the chosen one were passed over. */
  notes: Note[];
}

/**
 * The engine that serves a request: the one it names; else the first of its route that begins work just now and can make
 * it; else, where there is no route, the first for its kind of key. An engine that is full is passed over for a later one that
 * has room and costs no more. Throws an AppError where none can serve it.
 */
export async function routeRequest(deps: Pick<Deps, 'store' | 'engines'>, asked: Routed): Promise<Leads> {
  const followed = await followRoute(deps, asked);
  // A test key runs on no engine that costs money, whatever its account's route says.
  if (followed === undefined || ('nowhere' in followed && asked.purse === 'test'))
    return { chosen: chooseEngine(deps.engines, { ...asked, name: asked.engine }), fallbacks: [], notes: [] };
  if ('nowhere' in followed) throw leadsNowhere(followed.nowhere, asked);
  return followed;
}

/** The engine that a request would probably get, for forecasts; where its route leads nowhere, the usual one. */
export async function likelyEngine(
  deps: Pick<Deps, 'store' | 'engines'>,
  asked: Omit<Routed, 'engine' | 'simulate'>,
): Promise<PricedEngine> {
  const followed = await followRoute(deps, { ...asked, engine: undefined });
  return followed === undefined || 'nowhere' in followed
    ? chooseEngine(deps.engines, { purse: asked.purse })
    : followed.chosen;
}

type Route = NonNullable<Awaited<ReturnType<typeof findRoute>>>;

/** Undefined where no route is asked, or there is none. */
async function followRoute(
  deps: Pick<Deps, 'store' | 'engines'>,
  asked: Routed,
): Promise<Leads | { nowhere: Route } | undefined> {
  if (asked.engine !== undefined || asked.simulate !== undefined) return undefined;
  const route = await findRoute(deps.store, asked);
  if (route === undefined) return undefined;
  const able = route.engines
    .flatMap((engine) => deps.engines.get(engine) ?? [])
    .filter((one) => canMake(one, asked));
  if (able.length === 0) return { nowhere: route };
  return lead(able, new Map(route.states.map((state) => [state.name, state])), asked.durationSeconds);
}

function canMake(
  { engine: { capabilities }, serves }: PricedEngine,
  { purse, endpoint, durationSeconds }: Routed,
): boolean {
  return (
    serves.includes(purse) &&
    capabilities.endpoints.includes(endpoint) &&
    capabilities.durationsSeconds.includes(durationSeconds)
  );
}

function lead(
  able: readonly PricedEngine[],
  states: ReadonlyMap<string, RouteEngine>,
  durationSeconds: number,
): Leads {
  const stateOf = ({ engine }: PricedEngine) => states.get(engine.name);
  const creditsOf = ({ priceBook }: PricedEngine) =>
    priceOf(priceBook, durationSeconds)?.credits ?? Number.POSITIVE_INFINITY;
  const begins = able.filter((one) => standsStill(stateOf(one)) === undefined);
  const [preferred = able[0]] = begins;
  if (preferred === undefined) throw new Error('a route leads nowhere');
  const chosen =
    isFull(stateOf(preferred)) && begins.includes(preferred)
      ? (begins.find((one) => !isFull(stateOf(one)) && creditsOf(one) <= creditsOf(preferred)) ?? preferred)
      : preferred;
  const notes = able.slice(0, able.indexOf(chosen)).map(
    ({ engine: { name } }): Note => ({
      code: 'engine_passed_over',
      message: `"${chosen.engine.name}" makes it, not "${name}" as its route would have it: ${standsStill(states.get(name)) ?? 'all its slots are in use'}.`,
    }),
  );
  const fallbacks = able.filter((one) => one !== chosen && creditsOf(one) <= creditsOf(chosen));
  return { chosen, fallbacks, notes };
}

/** Undefined while it begins work. An engine that was never set up here has no row, and does. */
function standsStill(state: RouteEngine | undefined): string | undefined {
  if (state?.paused === true) return 'it is paused';
  return state?.resting === true
    ? `it is left alone for a while (${state.notBeforeReason ?? 'it fails'})`
    : undefined;
}

const isFull = (state: RouteEngine | undefined) =>
  state !== undefined && state.slots !== null && state.running >= state.slots;

function leadsNowhere(route: { id: string; engines: readonly string[] }, asked: Routed): AppError {
  const message = `No engine of the route ${route.id} (${route.engines.join(', ')}) is set up here and makes ${asked.durationSeconds} s of ${asked.endpoint}.`;
  return new AppError('unsupported_by_engine', message, {
    hint: 'Name an engine in the request, or change the route with PUT /v1/routes.',
    faults: [{ pointer: '', code: 'unsupported_by_engine', message }],
  });
}
