import type { Purse } from '../domain/credits.ts';
import { AppError } from '../domain/errors.ts';
import type { JsonObject } from '../domain/json.ts';
import type { PricedEngine } from '../domain/priced-engine.ts';

/** Makes videos that nobody has to pay for, and every mistake on demand. */
export const simulatedEngine = 'simulated';

/** The embedded and the simulated engine cost us nothing, so a test key may run on them. */
const enginesForTests: readonly string[] = ['local', simulatedEngine];

/**
 * The engine that serves a request: the one it names, the simulated one where it says how that should behave, else the
 * first there is. Throws an AppError for an engine that is not set up, or not for this kind of key.
 */
export function chooseEngine(
  engines: ReadonlyMap<string, PricedEngine>,
  wanted: { purse: Purse; name?: string | undefined; simulate?: JsonObject | undefined },
): PricedEngine {
  const { purse, simulate } = wanted;
  if (simulate !== undefined && purse !== 'test')
    throw refused('/simulate', 'Only a test key may simulate.', 'Make one with POST /v1/keys, mode "test".');
  const name = wanted.name ?? (simulate === undefined ? undefined : simulatedEngine);
  if (simulate !== undefined && name !== simulatedEngine)
    throw refused('/simulate', `The engine "${name}" is not simulated.`, 'Leave out engine or simulate.');
  const engine = name === undefined ? engines.values().next().value : engines.get(name);
  if (engine === undefined)
    throw refused(
      '/engine',
      name === undefined ? 'No engine is set up.' : `There is no engine "${name}" here.`,
      `There are: ${[...engines.keys()].join(', ')}.`,
    );
  const isForTests = enginesForTests.includes(engine.engine.name);
  if (purse === 'test' && !isForTests)
    throw refused(
      '/engine',
      `The engine "${engine.engine.name}" costs money; test keys run on ${enginesForTests.join(' or ')}.`,
    );
  if (purse === 'live' && engine.engine.name === simulatedEngine)
    throw refused(
      '/engine',
      'The simulated engine is for test keys.',
      'Use a key that begins with kin_test_.',
    );
  return engine;
}

function refused(pointer: string, message: string, hint?: string): AppError {
  return new AppError('unsupported_by_engine', message, {
    ...(hint === undefined ? {} : { hint }),
    faults: [{ pointer, code: 'unsupported_by_engine', message }],
  });
}
