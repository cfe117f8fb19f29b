import { ConsecutiveBreaker, ExponentialBackoff } from 'cockatiel';
import type { StartResult } from '../../domain/engine.ts';
import { restEngine } from '../../store/engines.ts';
import type { PipelineDeps } from '../deps.ts';
import { writeDown } from '../write-down.ts';

/** Keeps an engine from being asked while it keeps failing, and as long as it asks to be left alone. */
export interface Guard {
  /** Runs a start at once and counts its result. What is claimed is asked for; only claiming waits. */
  watch(start: () => Promise<StartResult>): Promise<StartResult>;
  /** How many starts may be claimed now: none while it rests, a single one to try it after a rest, else any number. */
  room(): number;
  /** Whether it rests because it kept failing. */
  rests(): boolean;
}

const failuresToRest = 5;
const firstRestMs = 2_000;
const longestRestMs = 60_000;

/** The most that a provider may ask for. */
const longestWishSeconds = 3_600;

/**
 * A circuit breaker of this process: the library counts and says how long to rest; the gate is our own, since it stands
 * before the claim and not before the call. Every rest is written to the engine's row, so that the other processes and the
 * API know of it.
 */
export function guardEngine(
  deps: Pick<PipelineDeps, 'store' | 'onUnexpected'>,
  engine: string,
  now: () => number = () => performance.now(),
): Guard {
  const newBackoff = () =>
    new ExponentialBackoff({ initialDelay: firstRestMs, maxDelay: longestRestMs }).next();
  let breaker = new ConsecutiveBreaker(failuresToRest);
  let backoff = newBackoff();
  /** Undefined while all is well. */
  let restsUntil: number | undefined;
  let trials = 0;

  const rest = (seconds: number, reason: string) => {
    writeDown(() => restEngine(deps.store, engine, seconds, reason)).catch((error) =>
      deps.onUnexpected(error, `resting ${engine}`),
    );
  };
  const onFault = (wasTrial: boolean) => {
    // Those under way when it began to rest say nothing new.
    const isResting = restsUntil !== undefined;
    if (!breaker.failure() || (isResting && !wasTrial)) return;
    restsUntil = now() + backoff.duration;
    rest(backoff.duration / 1000, `${failuresToRest} starts in a row have failed.`);
    backoff = backoff.next(undefined);
  };
  const onSuccess = () => {
    breaker = new ConsecutiveBreaker(failuresToRest);
    backoff = newBackoff();
    restsUntil = undefined;
  };

  return {
    async watch(start) {
      const isTrial = restsUntil !== undefined && now() >= restsUntil;
      if (isTrial) trials += 1;
      try {
        const result = await start();
        if (isFault(result)) onFault(isTrial);
        else onSuccess();
        if (result.status === 'failed' && result.retryAfterSeconds !== undefined) {
          const seconds = Math.min(result.retryAfterSeconds, longestWishSeconds);
          rest(seconds, `The provider asked for a pause of ${seconds} s.`);
        }
        return result;
      } finally {
        if (isTrial) trials -= 1;
      }
    },
    rests: () => restsUntil !== undefined && now() < restsUntil,
    room() {
      if (restsUntil === undefined) return Number.POSITIVE_INFINITY;
      return now() < restsUntil || trials > 0 ? 0 : 1;
    },
  };
}

/** Faults of the provider, not of a request. */
function isFault(result: StartResult): boolean {
  return result.status === 'lost' || (result.status === 'failed' && result.code === 'engine_unavailable');
}
