import type { Engine } from '../contract/engine.ts';
import type { AccountPause } from '../contract/scheduling.ts';
import type { Transport } from './transport.ts';

type Options = { signal?: AbortSignal };

/** Stops what begins next; what is being made goes on. Engines are the operator's. */
export interface Pauses {
  account(id: string, verb: 'pause' | 'resume', options?: Options): Promise<AccountPause>;
  engine(name: string, verb: 'pause' | 'resume', options?: Options): Promise<Engine>;
}

export function pauseCalls(transport: Transport): Pauses {
  const post = <T>(path: string, { signal }: Options = {}) =>
    transport.call<T>({ method: 'POST', path, repeatable: true, signal });
  return {
    account: (id, verb, options) => post(`/v1/accounts/${encodeURIComponent(id)}/${verb}`, options),
    engine: (name, verb, options) => post(`/v1/engines/${encodeURIComponent(name)}/${verb}`, options),
  };
}
