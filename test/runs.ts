import { setTimeout as sleep } from 'node:timers/promises';
import { inspectBy } from '../src/batch/inspect-url.ts';
import { createClient } from '../src/client/index.ts';
import { createSafeAsk } from '../src/net/safe-ask.ts';
import type { RunDeps } from '../src/runs/deps.ts';
import { executeRun } from '../src/runs/execute-run.ts';
import { takeRun } from '../src/store/runs.ts';
import type { TestApp } from './app.ts';

/** What runs of a test app are handed. */
export function runDeps(
  app: TestApp,
  options: { trustedOrigins?: string[]; variables?: Record<string, string> } = {},
): RunDeps {
  const { trustedOrigins = [], variables = {} } = options;
  return {
    store: app.store,
    clientOf: (keyId) => createClient({ baseUrl: 'http://kinora', fetch: app.fetchAs(keyId) }),
    ask: createSafeAsk({ trustedOrigins }),
    inspect: inspectBy(app.deps.fetch),
    variable: (name) => variables[name],
    refusePost: () => undefined,
    withFolder: (work) => app.deps.scratch.withFolder(work),
    sleep: (ms, signal) => sleep(Math.min(ms, 20), undefined, { signal }),
    onUnexpected: (error) => app.unexpected.push(error),
  };
}

/** Works on whatever waits, as a server does. Answers how many runs that were. */
export async function runAll(deps: RunDeps, stopping = new AbortController().signal): Promise<number> {
  for (let runs = 0; ; runs += 1) {
    if (stopping.aborted) return runs;
    const run = await takeRun(deps.store, 60);
    if (run === undefined) return runs;
    await executeRun(deps, run, { turn: (work) => work(), stopping });
  }
}
