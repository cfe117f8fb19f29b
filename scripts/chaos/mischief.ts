import type { Simulate } from '../../src/contract/simulate.ts';
import { isCalledBack, needsDouble } from './engines.ts';
import type { Random } from './random.ts';

/** How something is asked for: by itself, with a picture, of whoever its account's route leads to, or as a row of a batch. */
export type Way = 'plain' | 'picture' | 'route' | 'row';

/** One request of a chaos run: which engine, how that misbehaves, and whether the owner changes their mind. */
export interface Mischief {
  way: Way;
  /** Not of the way `route`. */
  engine: string;
  durationSeconds: number;
  simulate: Simulate;
  /** Seconds after the submit; absent: it is not canceled. */
  cancelAfterSeconds?: number;
}

type Draw = (random: Random) => Omit<Simulate, 'latency_seconds'>;

const times = (random: Random) => Math.ceil(random.between(0, 3));
const retryAfter = { retry_after_seconds: 1 };

/** What can go wrong, and how often beside a request with which nothing does. */
const kinds: readonly (readonly [weight: number, draw: Draw])[] = [
  [58, () => ({})],
  [4, (random) => ({ start: { answer: 'rate_limited', times: times(random), ...retryAfter } })],
  [4, (random) => ({ start: { answer: 'unavailable', times: times(random), ...retryAfter } })],
  [2, () => ({ start: { answer: 'lost_before', times: 1 } })],
  [5, () => ({ start: { answer: 'lost_after' } })],
  [1, () => ({ start: { answer: 'hang' } })],
  [1, () => ({ start: { answer: 'refuse', reason: 'content' } })],
  [
    2,
    () => ({ outcome: { end: 'fail', kind: 'permanent', code: 'simulated_failure', message: 'It broke.' } }),
  ],
  [
    2,
    () => ({
      outcome: { end: 'fail', kind: 'transient', code: 'simulated_failure', message: 'It slipped.' },
    }),
  ],
  [1, () => ({ outcome: { end: 'reject', message: 'Not this.' } })],
  [3, (random) => ({ check: { answer: 'unavailable', times: times(random), ...retryAfter } })],
  [2, (random) => ({ check: { answer: 'unknown_word', times: times(random), word: 'REVIEWING' } })],
  [2, (random) => ({ check: { answer: 'empty', times: times(random) } })],
  [3, () => ({ callback: { send: 'duplicate' } })],
  [2, () => ({ callback: { send: 'late', seconds: 2 } })],
  [3, () => ({ callback: { send: 'forged' } })],
  [2, () => ({ output: { kind: 'interrupted', times: 1 } })],
  [1, () => ({ output: { kind: 'short', seconds: 4.4 } })],
  [0.3, () => ({ output: { kind: 'short', seconds: 3.2 } })],
  [0.3, () => ({ output: { kind: 'truncated' } })],
  [0.3, () => ({ output: { kind: 'corrupt' } })],
  [0.3, () => ({ output: { kind: 'wrong_size' } })],
  [0.5, () => ({ late_success: { seconds: 3, kind: 'permanent' } })],
];

/** So that what follows a route is often led past its first engine. */
const passing: typeof kinds = [
  [30, () => ({ outcome: { end: 'fail', kind: 'transient', code: 'busy', message: 'It slipped.' } })],
  [30, () => ({ start: { answer: 'rate_limited', times: 1, ...retryAfter } })],
];

const ways: readonly (readonly [weight: number, way: Way])[] = [
  [60, 'plain'],
  [15, 'picture'],
  [15, 'route'],
  [10, 'row'],
];

const cancelShare = 0.03;

export function drawMischief(random: Random, engines: readonly string[]): Mischief {
  const engine = random.pick(engines);
  const drawn = random.weighed(ways);
  // Only through a double can what is nobody's in particular be steered.
  const way = drawn === 'route' && !engines.every(needsDouble) ? 'plain' : drawn;
  const simulate: Simulate = {
    latency_seconds: Number(random.between(0.3, 4).toFixed(2)),
    ...random.weighed(way === 'route' ? [...kinds, ...passing] : kinds)(random),
  };
  if (!engines.every(isCalledBack) && (way === 'route' || !isCalledBack(engine)))
    delete simulate.late_success;
  const durationSeconds = random.pick([4, 5, 5, 5, 8]);
  if (random.next() >= cancelShare || way === 'row') return { way, engine, durationSeconds, simulate };
  return {
    way,
    engine,
    durationSeconds,
    simulate: { ...simulate, cancel: random.pick(['honoured', 'ignored']) },
    cancelAfterSeconds: random.between(0, 5),
  };
}
