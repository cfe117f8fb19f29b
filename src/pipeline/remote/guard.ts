import {
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhenResult,
  isBrokenCircuitError,
} from 'cockatiel';
import type { StartResult } from '../../domain/engine.ts';
import { restEngine } from '../../store/engines.ts';
import type { PipelineDeps } from '../deps.ts';
import { writeDown } from '../write-down.ts';

/** Keeps an engine from being asked while it keeps failing, and as long as it asks to be left alone. */
export interface Guard {
  /** Runs a start and counts its result. Never refuses: whether to begin is asked before, of `isOpen`. */
  watch(start: () => Promise<StartResult>): Promise<StartResult>;
  /** Whether nothing may be begun just now. */
  isOpen(): boolean;
}

const failuresToOpen = 5;
const firstRestMs = 2_000;
const longestRestMs = 60_000;

/**
 * A circuit breaker of this process. When it opens, and when a provider sends `Retry-After`, the rest is written to the
 * engine's row, so that the other processes and the API know of it.
 */
export function guardEngine(deps: Pick<PipelineDeps, 'store' | 'onUnexpected'>, engine: string): Guard {
  const backoff = new ExponentialBackoff({ initialDelay: firstRestMs, maxDelay: longestRestMs });
  const breaker = circuitBreaker(
    handleWhenResult((result) => isFault(result as StartResult)),
    {
      halfOpenAfter: backoff,
      breaker: new ConsecutiveBreaker(failuresToOpen),
    },
  );
  const rest = (seconds: number, reason: string) => {
    writeDown(() => restEngine(deps.store, engine, seconds, reason)).catch((error) =>
      deps.onUnexpected(error, `resting ${engine}`),
    );
  };
  breaker.onBreak(() => rest(firstRestMs / 1000, `${failuresToOpen} starts in a row have failed.`));
  return {
    async watch(start) {
      const result = await breaker.execute(start).catch((error: unknown) => {
        // What has been claimed is asked for all the same; only claiming waits.
        if (isBrokenCircuitError(error)) return start();
        throw error;
      });
      if (result.status === 'failed' && result.retryAfterSeconds !== undefined)
        rest(result.retryAfterSeconds, `The provider asked for a pause of ${result.retryAfterSeconds} s.`);
      return result;
    },
    isOpen: () => breaker.state === CircuitState.Open,
  };
}

/** Faults of the provider, not of a request. */
function isFault(result: StartResult): boolean {
  return result.status === 'lost' || (result.status === 'failed' && result.code === 'engine_unavailable');
}
