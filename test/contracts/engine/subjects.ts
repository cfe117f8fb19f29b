import type { RemoteEngine } from '../../../src/domain/engine.ts';
import { createArkEngine } from '../../../src/engines/ark/index.ts';
import { createFalEngine } from '../../../src/engines/fal/index.ts';
import { createReplicateEngine } from '../../../src/engines/replicate/index.ts';
import { createSimulatedEngine } from '../../../src/engines/simulated/index.ts';
import { createSafeSend } from '../../../src/net/safe-send.ts';
import { ark } from './doubles/ark.ts';
import type { Dialect } from './doubles/dialect.ts';
import { fal } from './doubles/fal.ts';
import { replicate } from './doubles/replicate.ts';

/** An engine under test: how it is made against a provider at `origin`. Its recordings lie in the folder of its name. */
export interface Subject {
  name: string;
  create(given: SubjectOptions): { engine: RemoteEngine; close(): Promise<void> };
  /** How a double of its provider speaks that misbehaves on demand; absent for the simulated one, which does so itself. */
  dialect?: Dialect;
}

export interface SubjectOptions {
  origin: string;
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
