import type { Simulate } from '../../contract/simulate.ts';
import { drawLatency } from './latency.ts';

/** How one job is treated, with nothing left open and nothing left to chance. */
export interface Script {
  latencySeconds: number;
  acceptDelaySeconds: number;
  outcome: NonNullable<Simulate['outcome']>;
  start: NonNullable<Simulate['start']>;
  check: NonNullable<Simulate['check']>;
  callback: NonNullable<Simulate['callback']>;
  output: NonNullable<Simulate['output']>;
  cancel: NonNullable<Simulate['cancel']>;
  lateSuccess: Simulate['late_success'];
}

const usualLatencySeconds = 2;

/** What `simulate` leaves open behaves well. The same `simulate` and seed give the same script. */
export function scriptOf(simulate: Simulate, seed: number): Script {
  return {
    latencySeconds: drawLatency(simulate.latency_seconds ?? usualLatencySeconds, seed),
    acceptDelaySeconds: simulate.accept_delay_seconds ?? 0,
    outcome: simulate.outcome ?? { end: 'succeed' },
    start: simulate.start ?? { answer: 'ok' },
    check: simulate.check ?? { answer: 'ok' },
    callback: simulate.callback ?? { send: 'once' },
    output: simulate.output ?? { kind: 'ok' },
    cancel: simulate.cancel ?? 'honoured',
    lateSuccess: simulate.late_success,
  };
}

/** The request's own wishes over the provider's defaults; how it ends is one wish, of two fields. */
export function overDefaults(defaults: Simulate, own: Simulate): Simulate {
  const { outcome, late_success, ...others } = defaults;
  const saysTheEnd = own.outcome !== undefined || own.late_success !== undefined;
  return saysTheEnd ? { ...others, ...own } : { ...defaults, ...own };
}
