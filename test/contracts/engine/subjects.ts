import type { RemoteEngine } from '../../../src/domain/engine.ts';
import { createArkEngine } from '../../../src/engines/ark/index.ts';
import { createComfyuiEngine } from '../../../src/engines/comfyui/index.ts';
import { readWorkflow } from '../../../src/engines/comfyui/read-workflow.ts';
import { createFalEngine } from '../../../src/engines/fal/index.ts';
import { createReplicateEngine } from '../../../src/engines/replicate/index.ts';
import { createSimulatedEngine } from '../../../src/engines/simulated/index.ts';
import { createVideosEngine } from '../../../src/engines/videos/index.ts';
import { minimaxH3 } from '../../../src/engines/videos/minimax-h3.ts';
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

/**
 * Engines on machines of the operator's own. Nobody calls back from there, and what is lost of `/v1/videos` a person compares:
 * the pipeline has a test of its own for them, `own-servers.test.ts`.
 */
export const ownSubjects: readonly Subject[] = [
  {
    name: 'videos',
    create: ({ origin, now, callSeconds }) =>
      createVideosEngine({
        name: 'videos',
        preset: minimaxH3,
        servers: [{ origin, slots: 200 }],
        callSeconds,
        startSeconds: callSeconds,
        now,
      }),
  },
  {
    name: 'comfyui',
    create: ({ origin, callSeconds }) =>
      createComfyuiEngine({
        name: 'comfyui',
        workflow: readWorkflow('examples/comfyui/minimax-h3.json'),
        servers: [{ origin, slots: 200 }],
        callSeconds,
        startSeconds: callSeconds,
      }),
  },
];
