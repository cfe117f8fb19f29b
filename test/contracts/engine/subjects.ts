import type { LocalEngine, RemoteEngine } from '../../../src/domain/engine.ts';
import { createArkEngine } from '../../../src/engines/ark/index.ts';
import { createComfyuiEngine } from '../../../src/engines/comfyui/index.ts';
import { promptIdOf } from '../../../src/engines/comfyui/prompt-id.ts';
import { readWorkflow } from '../../../src/engines/comfyui/read-workflow.ts';
import { createFalEngine } from '../../../src/engines/fal/index.ts';
import { createLocalEngine } from '../../../src/engines/local/index.ts';
import { createReplicateEngine } from '../../../src/engines/replicate/index.ts';
import { createSimulatedEngine } from '../../../src/engines/simulated/index.ts';
import { createVideosEngine } from '../../../src/engines/videos/index.ts';
import { minimaxH3 } from '../../../src/engines/videos/minimax-h3.ts';
import { createSafeSend } from '../../../src/net/safe-send.ts';
import { ark } from './doubles/ark.ts';
import { comfyui } from './doubles/comfyui.ts';
import type { Dialect } from './doubles/dialect.ts';
import { fal } from './doubles/fal.ts';
import { replicate } from './doubles/replicate.ts';
import { bookNameOf, videos } from './doubles/videos.ts';
import { type Differences, nobodyCallsBack } from './shared-cases.ts';

/** An engine under test: how it is made against a provider at `origin`. Its recordings lie in the folder of its name. */
export interface Subject {
  name: string;
  create(given: SubjectOptions): { engine: RemoteEngine; close(): Promise<void> };
  /** How a double of its provider speaks that misbehaves on demand; absent for the simulated one, which does so itself. */
  dialect?: Dialect;
  /** How many servers do its work; absent: one. */
  servers?: number;
  /** What the provider's book has an attempt under; absent: its id. */
  bookName?(attempt: { id: string; seed: number }): string;
  differs?: Differences;
}

export interface SubjectOptions {
  origin: string;
  /** More servers of the same pool. */
  others?: readonly string[];
  callbacks: boolean;
  now: () => number;
  /** The time limit of every call. */
  callSeconds: number;
}

/** The table of the suite: one row an engine. */
export const subjects: readonly Subject[] = [
  {
    name: 'simulated',
    create: ({ origin, callbacks, now, callSeconds }) =>
      createSimulatedEngine({
        name: 'simulated',
        slots: 200,
        recovery: { idempotencyKey: true, lookUp: true, callback: callbacks },
        provider: { url: origin },
        callSeconds,
        now,
      }),
  },
  {
    name: 'fal',
    dialect: fal,
    create: ({ callSeconds, ...given }) =>
      createFalEngine({
        key: 'fal-key',
        slots: 200,
        send: createSafeSend({ trustedOrigins: [given.origin] }).send,
        parts: { aboveBytes: 30, bytes: 25 },
        seconds: secondsOf(callSeconds),
        ...given,
      }),
  },
  {
    name: 'ark',
    dialect: ark,
    create: ({ callSeconds, ...given }) =>
      createArkEngine({
        key: 'ark-key',
        site: 'byteplus',
        model: undefined,
        slots: 200,
        seconds: secondsOf(callSeconds),
        ...given,
      }),
  },
  {
    name: 'replicate',
    dialect: replicate,
    create: ({ callSeconds, ...given }) =>
      createReplicateEngine({ key: 'r8-token', slots: 200, seconds: secondsOf(callSeconds), ...given }),
  },
];

function secondsOf(callSeconds: number) {
  return { call: callSeconds, start: callSeconds };
}

/** Servers of a pool: one that is in trouble is left alone, and two of the cases make trouble at once. */
const poolOf = ({ origin, others = [] }: SubjectOptions) =>
  [origin, ...others].map((server) => ({ origin: server, slots: 200 }));

/** Engines on machines of the operator's own; `own-servers.test.ts` has what a pool does beside. */
export const ownSubjects: readonly Subject[] = [
  {
    name: 'videos',
    dialect: videos,
    servers: 3,
    bookName: ({ seed }) => bookNameOf(seed),
    create: (given) =>
      createVideosEngine({
        name: 'videos',
        preset: minimaxH3,
        servers: poolOf(given),
        key: 'videos-key',
        callSeconds: given.callSeconds,
        startSeconds: given.callSeconds,
        now: given.now,
      }),
    differs: {
      ...nobodyCallsBack,
      lost_answer: {
        why: 'the servers know no id of ours, so that a person compares what is like it',
        expected: { parks: true },
      },
      dead_worker: { why: 'as with a lost answer', expected: { parks: true } },
      rejected_at_once: {
        why: 'its refusal of a start has no word for a filter',
        expected: { code: 'engine_failed' },
      },
    },
  },
  {
    name: 'comfyui',
    dialect: comfyui,
    servers: 3,
    bookName: ({ id }) => promptIdOf(id),
    create: (given) =>
      createComfyuiEngine({
        name: 'comfyui',
        workflow: readWorkflow('examples/comfyui/minimax-h3.json'),
        servers: poolOf(given),
        callSeconds: given.callSeconds,
        startSeconds: given.callSeconds,
      }),
    differs: {
      ...nobodyCallsBack,
      rejected_when_made: { why: 'it has no filter: a node fails', expected: { code: 'engine_failed' } },
      rejected_at_once: {
        why: 'it has no filter: a node refuses its inputs',
        expected: { code: 'engine_failed' },
      },
    },
  },
];

const asksNobody = 'it makes the video itself, and asks nobody';

/** The engine that has no provider: no recordings and no double, and of the cases those in which nobody else takes part. */
export const embedded = {
  name: 'local',
  create: (): LocalEngine => createLocalEngine({ slots: 1 }),
  differs: {
    ...nobodyCallsBack,
    late_success: { why: 'what has failed here is not made any more' },
    lost_answer: { why: asksNobody },
    unknown_word: { why: asksNobody },
    empty_answer: { why: asksNobody },
    too_much_to_do: { why: asksNobody },
    short: {
      why: 'a film of another length than asked for is a fault of ours, which check-output.test.ts has',
    },
    far_too_short: { why: 'as above' },
    rejected_when_made: { why: 'it has no filter' },
    rejected_at_once: { why: 'it has no filter' },
    failure: { why: 'nothing outside makes it fail; worker.test.ts has an engine that does' },
    good: { why: asksNobody, expected: { jobs: 0 } },
    dead_worker: {
      why: 'the work is lost with its worker, and done once more',
      expected: { attempts: 2, jobs: 0 },
    },
  } satisfies Differences,
};
