import type { ParkedList, Reconciled, VerdictBody } from '../contract/attempt.ts';
import { routesOf } from './route.ts';
import type { Transport } from './transport.ts';

interface Options {
  signal?: AbortSignal;
}

/** For the operator: attempts of which nobody can tell whether their provider has them. */
export interface ParkedCalls {
  parked: {
    list(options?: Options): Promise<ParkedList['data']>;
    decide(attemptId: string, verdict: VerdictBody, options?: Options): Promise<Reconciled>;
  };
}

export function parkedCalls(transport: Transport): ParkedCalls {
  const route = routesOf(transport);
  return {
    parked: { list: route('GET /v1/parked data'), decide: route('POST /v1/parked/{} body') },
  };
}
