import type { EngineFailure } from '../domain/engine.ts';
import type { EnginePool, PoolServer, ServerState } from '../domain/server-pool.ts';

/** How busy one server says it is. */
export type Probe = (
  origin: string,
  context: { signal: AbortSignal },
) => Promise<{ status: 'answered'; busy: number } | { status: 'failed'; message: string }>;

/** A server that a job is being sent to; until `done`, it counts as one job more there. */
export interface PickedServer {
  origin: string;
  /** `taken`: it has the job. `refused`: it has not, and is well. `failed`: it is in trouble. */
  done(result: { was: 'taken' | 'refused' } | { was: 'failed'; message: string }): void;
}

export interface ServerPool extends EnginePool {
  /** The least busy server with room, asked anew if the last look is old; else why there is none. */
  pick(context: { signal: AbortSignal }): Promise<PickedServer | 'full' | 'down'>;
  /** Whether this is one of its servers; a handle may name one that was taken out since. */
  has(origin: string): boolean;
}

interface Known extends PoolServer {
  /** By its own word. Undefined until it has answered, and while it does not. */
  seen: number | undefined;
  /** Being sent there now. */
  sending: number;
  /** Taken by it since it was last asked, so that its own word does not count them. */
  taken: number;
  failures: number;
  /** It is left alone until then. */
  restsUntil: number;
  trouble: string | null;
  /** When it was last chosen: of two that are equally busy, the other goes first. */
  turn: number;
}

const firstRestMs = 2_000;
const longestRestMs = 60_000;
const lookIsOldAfterMs = 5_000;

/**
 * Spreads work over several servers. Each is asked what it has to do, which counts what others send there too; what this
 * process has sent since is added. A server that fails is left alone, for longer each time, and comes back by itself.
 */
export function createServerPool(options: {
  servers: readonly PoolServer[];
  probe: Probe;
  /** Milliseconds on a clock that only goes forward. */
  now?: () => number;
}): ServerPool {
  const { servers, probe, now = () => performance.now() } = options;
  const known: Known[] = servers.map((server) => ({
    ...server,
    seen: undefined,
    sending: 0,
    taken: 0,
    failures: 0,
    restsUntil: 0,
    trouble: null,
    turn: 0,
  }));
  let drained: ReadonlySet<string> = new Set();
  let lookedAt: number | undefined;
  let turns = 0;

  const fail = (server: Known, message: string) => {
    server.seen = undefined;
    server.trouble = message;
    server.failures += 1;
    server.restsUntil = now() + Math.min(longestRestMs, firstRestMs * 2 ** (server.failures - 1));
  };

  const ask = async (server: Known, context: { signal: AbortSignal }) => {
    const takenBefore = server.taken;
    const answer = await probe(server.origin, context);
    if (answer.status === 'failed') return fail(server, answer.message);
    // What it took while it was asked may be in its answer or not: one too many is better than one too few.
    server.taken -= takenBefore;
    server.seen = answer.busy;
    server.failures = 0;
    server.trouble = null;
  };

  const freeOf = (server: Known) =>
    drained.has(server.origin) ? 0 : server.slots - (busyOf(server) ?? server.slots);

  const look = async (context: { signal: AbortSignal }) => {
    lookedAt = now();
    await Promise.all(
      known.filter(({ restsUntil }) => restsUntil <= now()).map((server) => ask(server, context)),
    );
  };

  return {
    servers,
    async look(isDrained, context) {
      drained = isDrained;
      await look(context);
      return known.map(stateOf);
    },
    room: () => known.reduce((sum, server) => sum + Math.max(0, freeOf(server)), 0),
    has: (origin) => known.some((server) => server.origin === origin),
    async pick(context) {
      if (lookedAt === undefined || now() - lookedAt > lookIsOldAfterMs) await look(context);
      const [best] = known
        .filter((server) => freeOf(server) > 0)
        .sort((a, b) => loadOf(a) - loadOf(b) || a.turn - b.turn);
      if (best === undefined) return known.some(({ seen }) => seen !== undefined) ? 'full' : 'down';
      turns += 1;
      best.turn = turns;
      best.sending += 1;
      let isDone = false;
      return {
        origin: best.origin,
        done(result) {
          if (isDone) return;
          isDone = true;
          best.sending -= 1;
          if (result.was === 'taken') best.taken += 1;
          if (result.was === 'failed') fail(best, result.message);
        },
      };
    },
  };
}

/** What becomes of a start for which there is no server just now. */
export const noServer = (engine: string, why: 'full' | 'down'): EngineFailure => ({
  status: 'failed',
  ...(why === 'full'
    ? { code: 'rate_limited', message: `Every server of the engine "${engine}" is busy.` }
    : { code: 'engine_unavailable', message: `No server of the engine "${engine}" answers.` }),
  retryable: true,
});

/** Undefined while it does not answer. */
const busyOf = ({ seen, sending, taken }: Known) => (seen === undefined ? undefined : seen + sending + taken);

const loadOf = (server: Known) => (busyOf(server) ?? 0) / server.slots;

function stateOf(server: Known): ServerState {
  const { origin, slots, trouble } = server;
  return { origin, slots, busy: busyOf(server) ?? null, trouble };
}
