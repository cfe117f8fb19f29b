import type { Purse } from '../domain/credits.ts';
import { AppError } from '../domain/errors.ts';
import type { JsonObject } from '../domain/json.ts';
import type { PricedEngine } from '../domain/priced-engine.ts';

/**
 * The engine that serves a request: the one it names, one that simulates where it says how, else the first that serves
 * its kind of key. Throws an AppError for an engine that is not set up, or not for this kind of key.
 */
export function chooseEngine(
  engines: ReadonlyMap<string, PricedEngine>,
  wanted: { purse: Purse; name?: string | undefined; simulate?: JsonObject | undefined },
): PricedEngine {
  const { purse, name, simulate } = wanted;
  if (simulate !== undefined && purse !== 'test')
    throw refused('/simulate', 'Only a test key may simulate.', 'Make one with POST /v1/keys, mode "test".');
  const serving = [...engines.values()].filter((engine) => engine.serves.includes(purse));
  const names = serving.map(({ engine }) => engine.name).join(', ');
  if (name !== undefined && !engines.has(name))
    throw refused('/engine', `There is no engine "${name}" here.`, `There are: ${names}.`);
  const chosen = serving.find(
    ({ engine, simulates }) =>
      (name === undefined || engine.name === name) &&
      (name !== undefined || simulate === undefined || simulates),
  );
  if (chosen === undefined)
    throw refused(
      '/engine',
      name === undefined
        ? 'No engine is set up for this.'
        : `The engine "${name}" does not serve ${purse} keys.`,
      names === '' ? undefined : `These do: ${names}.`,
    );
  if (simulate !== undefined && !chosen.simulates)
    throw refused(
      '/simulate',
      `The engine "${chosen.engine.name}" makes real videos.`,
      'Leave out engine or simulate.',
    );
  return chosen;
}

function refused(pointer: string, message: string, hint?: string): AppError {
  return new AppError('unsupported_by_engine', message, {
    ...(hint === undefined ? {} : { hint }),
    faults: [{ pointer, code: 'unsupported_by_engine', message }],
  });
}
