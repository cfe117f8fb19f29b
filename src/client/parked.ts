import type { ParkedList, Reconciled, VerdictBody } from '../contract/attempt.ts';
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
  return {
    parked: {
      list: async ({ signal } = {}) =>
        (await transport.call<ParkedList>({ method: 'GET', path: '/v1/parked', signal })).data,
      decide: (attemptId, verdict, { signal } = {}) =>
        transport.call({
          method: 'POST',
          path: `/v1/parked/${encodeURIComponent(attemptId)}`,
          json: verdict,
          signal,
        }),
    },
  };
}
