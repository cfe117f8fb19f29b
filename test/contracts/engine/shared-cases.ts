import type { Simulate } from '../../../src/contract/simulate.ts';

/** What is to come of a case. */
export interface Expected {
  /** Of the failure; absent: it completes. */
  code?: string;
  charged: number;
  attempts?: number;
  /** Jobs at the provider. */
  jobs: number;
  /** Nobody but a person can tell which job it is: it is parked first, and followed by the job that its message names. */
  parks?: true;
}

interface SharedCase {
  what: string;
  simulate: Simulate;
  expected: Expected;
}

const made: Expected = { charged: 303, attempts: 1, jobs: 1 };

/** Everything that a provider does to an engine, and what is to come of it, whichever engine it is. */
export const sharedCases = {
  good: { what: 'completes a good job', simulate: {}, expected: made },
  lost_answer: {
    what: 'completes one job of a start whose answer was lost',
    simulate: { start: { answer: 'lost_after' } },
    expected: made,
  },
  early_callback: {
    what: 'completes a job whose callback comes before the answer to its start',
    simulate: { latency_seconds: 0.2, accept_delay_seconds: 1.5 },
    expected: made,
  },
  duplicate_callback: {
    what: 'completes a job once that is called back about twice',
    simulate: { callback: { send: 'duplicate' } },
    expected: made,
  },
  forged_callback: {
    what: 'believes no forged callback',
    simulate: { latency_seconds: 1, callback: { send: 'forged' } },
    expected: made,
  },
  unknown_word: {
    what: 'takes an unknown word for no end',
    simulate: { check: { answer: 'unknown_word', times: 1, word: 'REVIEWING' } },
    expected: made,
  },
  empty_answer: {
    what: 'waits for the video of a job that is said to be done and shows none',
    simulate: { check: { answer: 'empty', times: 1 } },
    expected: made,
  },
  too_much_to_do: {
    what: 'comes back to a provider that has too much to do',
    simulate: { start: { answer: 'rate_limited', times: 1, retry_after_seconds: 1 } },
    expected: { ...made, attempts: 2 },
  },
  short: {
    what: 'charges a short video by its length',
    simulate: { output: { kind: 'short', seconds: 4.4 } },
    expected: { ...made, charged: 243 },
  },
  far_too_short: {
    what: 'delivers no video that is far too short',
    simulate: { output: { kind: 'short', seconds: 3.2 } },
    expected: { code: 'output_invalid', charged: 0, jobs: 1 },
  },
  rejected_when_made: {
    what: 'ends what the filter rejects once it is made',
    simulate: { outcome: { end: 'reject', message: 'Not this.' } },
    expected: { code: 'content_rejected', charged: 0, attempts: 1, jobs: 1 },
  },
  rejected_at_once: {
    what: 'ends what the filter rejects at once',
    simulate: { start: { answer: 'refuse', reason: 'content' } },
    expected: { code: 'content_rejected', charged: 0, attempts: 1, jobs: 0 },
  },
  failure: {
    what: 'ends what fails for good',
    simulate: { outcome: { end: 'fail', kind: 'permanent', code: 'x', message: 'It broke.' } },
    expected: { code: 'engine_failed', charged: 0, attempts: 1, jobs: 1 },
  },
  dead_worker: {
    what: 'finds the job again of a worker that died before the answer came',
    simulate: {},
    expected: made,
  },
  late_success: {
    what: 'keeps a video that comes after all, and charges nothing',
    simulate: { late_success: { seconds: 5, kind: 'permanent' } },
    expected: { code: 'engine_failed', charged: 0, attempts: 1, jobs: 1 },
  },
  stranger: {
    what: 'answers 401 to a stranger, and 404 about an attempt that is none',
    simulate: {},
    expected: made,
  },
} satisfies Record<string, SharedCase>;

export type CaseName = keyof typeof sharedCases;

/** How an engine differs from the others in a case: what comes of it there, or else why it cannot happen to it. */
export interface Difference {
  why: string;
  expected?: Partial<Expected>;
}

export type Differences = Partial<Record<CaseName, Difference>>;

/** The cases that can happen to an engine, with what is to come of them there. */
export function casesOf({ differs = {} }: { differs?: Differences }): Map<CaseName, SharedCase> {
  const names = Object.keys(sharedCases) as CaseName[];
  const applying = names.filter((name) => {
    const difference = differs[name];
    return difference === undefined || difference.expected !== undefined;
  });
  return new Map(
    applying.map((name) => {
      const { what, simulate, expected } = sharedCases[name];
      return [name, { what, simulate, expected: { ...expected, ...differs[name]?.expected } }];
    }),
  );
}

/** Of engines on machines of the operator's own. */
export const nobodyCallsBack: Differences = {
  early_callback: { why: 'nobody calls back' },
  duplicate_callback: { why: 'nobody calls back' },
  forged_callback: { why: 'nobody calls back' },
  stranger: { why: 'nobody calls back: every callback is a 404, whoever sends it' },
  late_success: { why: 'only a callback tells that a job which had failed has succeeded' },
};
