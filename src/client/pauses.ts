import type { Engine } from '../contract/engine.ts';
import type { AccountPause } from '../contract/scheduling.ts';
import { routesOf } from './route.ts';
import type { Transport } from './transport.ts';

type Options = { signal?: AbortSignal };

/** Stops what begins next; what is being made goes on. Engines are the operator's. */
export interface Pauses {
  account(id: string, verb: 'pause' | 'resume', options?: Options): Promise<AccountPause>;
  engine(name: string, verb: 'pause' | 'resume', options?: Options): Promise<Engine>;
}

export function pauseCalls(transport: Transport): Pauses {
  const route = routesOf(transport);
  return {
    account: route('POST /v1/accounts/{}/{} again'),
    engine: route('POST /v1/engines/{}/{} again'),
  };
}
