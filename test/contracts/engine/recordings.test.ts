import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { ReferenceFile, RemoteEngine } from '../../../src/domain/engine.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { MediaFacts, MediaKind } from '../../../src/domain/media-facts.ts';
import type { Plan } from '../../../src/domain/plan.ts';
import { type RecordedProvider, startRecordedProvider } from './recorded-provider.ts';
import {
  type Recording,
  recordingsIn,
  requiredCallbackCases,
  requiredCases,
  type Step,
} from './recording.ts';
import { ownSubjects, type Subject, subjects } from './subjects.ts';

/** What subjects have for keys: nothing that an engine says may hold one. */
const keys = /fal-key|ark-key|r8-token|videos-key/;

/** When every recording takes place: 2026-11-28, noon. */
const now = 1_795_867_200_000;

const usual = { now: () => now, callSeconds: 5 };

const attemptId = 'att_0123456789abcdefghjkmnpq';

const facts: Record<MediaKind, MediaFacts> = {
  image: { kind: 'image', contentType: 'image/png', width: 1280, height: 1280 },
  video: { kind: 'video', contentType: 'video/mp4', width: 1280, height: 720, durationSeconds: 5, fps: 24 },
  audio: { kind: 'audio', contentType: 'audio/mpeg', durationSeconds: 6 },
};

const usualPlan: Plan = {
  engine: '',
  model: '',
  endpoint: 'text-to-video',
  prompt: 'A calm morning',
  references: [],
  durationSeconds: 5,
  aspectRatio: '16:9',
  width: 1280,
  height: 720,
  // Zero is a seed like any other.
  seed: 0,
  generateAudio: true,
  adjustments: [],
};

for (const subject of [...subjects, ...ownSubjects]) describeEngine(subject);

function describeEngine(subject: Subject): void {
  const recordings = recordingsIn(join(import.meta.dirname, 'recordings', subject.name));

  describe(`the engine ${subject.name}`, { concurrency: 4 }, () => {
    it('has a recording of everything that can happen', () => {
      const { engine } = subject.create({ ...usual, origin: 'http://127.0.0.1:9', callbacks: true });
      const needed = [...requiredCases, ...(engine.readCallback === undefined ? [] : requiredCallbackCases)];
      assert.deepEqual(
        needed.filter((name) => !recordings.has(name)),
        [],
      );
      assert.equal(engine.lookUp !== undefined, engine.recovery.lookUp);
      if (engine.lookUp !== undefined) assert.ok(recordings.has('look-up'));
    });

    it('says beforehand that a lost answer parks, exactly where nothing can find it again', () => {
      for (const callbacks of [true, false]) {
        const { engine } = subject.create({ ...usual, origin: 'http://127.0.0.1:9', callbacks });
        const { idempotencyKey, lookUp, callback } = engine.recovery;
        const codes = (engine.capabilities.notes ?? []).map(({ code }) => code);
        assert.equal(callback, callbacks && engine.readCallback !== undefined);
        assert.equal(codes.includes('lost_answers_park'), !(idempotencyKey || lookUp || callback));
      }
    });

    for (const [name, read] of recordings)
      it(`${name}: ${read('http://127.0.0.1:9').about}`, async () => {
        const provider = await startRecordedProvider();
        const recording = read(provider.origin);
        const callbacks = !recording.steps.some((step) => step.call === 'start' && step.callback === false);
        const { engine, close } = subject.create({ ...usual, origin: provider.origin, callbacks });
        try {
          await play(recording, { engine, provider });
        } finally {
          await close();
          await provider.close();
        }
      });
  });
}

/** Makes the calls of a recording, and compares what the provider was asked and what the engine made of its answers. */
async function play(
  { steps }: Recording,
  { engine, provider }: { engine: RemoteEngine; provider: RecordedProvider },
): Promise<void> {
  let handle: JsonObject = {};
  for (const [index, step] of steps.entries()) {
    provider.expect(step.exchanges);
    const result: unknown = await run(step, { engine, handle: handleOf(step) ?? handle });
    const { actual, expected } = provider.asked();
    assert.deepEqual(actual, expected, `what was asked in step ${index + 1}, ${step.call}`);
    assert.deepEqual(plain(result), step.result, `what came of step ${index + 1}, ${step.call}`);
    assert.doesNotMatch(JSON.stringify(result) ?? '', keys);
    handle = handleIn(result) ?? handle;
  }
}

const handleOf = (step: Step) => ('handle' in step ? step.handle : undefined);

function handleIn(result: unknown): JsonObject | undefined {
  const isObject = typeof result === 'object' && result !== null;
  return isObject && 'handle' in result ? (result.handle as JsonObject | undefined) : undefined;
}

async function run(
  step: Step,
  { engine, handle }: { engine: RemoteEngine; handle: JsonObject },
): Promise<unknown> {
  const signal = AbortSignal.timeout(5_000);
  switch (step.call) {
    case 'start':
      return start(step, engine);
    case 'check':
      return engine.check(handle, { signal });
    case 'cancel':
      try {
        await engine.cancel?.(handle, { signal });
        return { status: 'asked' };
      } catch (error) {
        return { status: 'refused', message: (error as Error).message };
      }
    case 'look_up': {
      const { startedSecondsAgo, anothers = [] } = step;
      const isAnothers = async (job: JsonObject) =>
        anothers.some((known) => isDeepStrictEqual(known, plain(job)));
      const sought = { attemptId, plan: { ...usualPlan, ...step.plan }, startedSecondsAgo, isAnothers };
      return engine.lookUp?.(sought, { signal });
    }
    case 'callback': {
      const body = typeof step.body === 'string' ? step.body : JSON.stringify(step.body);
      return engine.readCallback?.({ attemptId, headers: step.headers, body }, { signal });
    }
  }
}

async function start(step: Extract<Step, { call: 'start' }>, engine: RemoteEngine): Promise<unknown> {
  const kinds = step.references ?? [];
  const plan: Plan = {
    ...usualPlan,
    ...(kinds.length === 0 ? {} : { endpoint: 'reference-to-video' as const }),
    references: kinds.map((kind, index) => ({
      kind,
      position: kinds.slice(0, index + 1).filter((one) => one === kind).length,
      sha256: '0'.repeat(64),
      facts: facts[kind],
    })),
    ...step.plan,
  };
  const references = kinds.map((kind, index): ReferenceFile => {
    const path = join(folder, `${kind}-of-sixteen-characters`);
    const publicUrl = `https://kinora.example/v1/content/reference-${index + 1}`;
    return { path, facts: facts[kind], ...(step.publicFiles === true ? { publicUrl } : {}) };
  });
  return engine.start(plan, {
    attemptId,
    callbackUrl:
      step.callback === false ? undefined : `https://kinora.example/v1/callbacks/${engine.name}/${attemptId}`,
    references,
    ...(step.endUser === undefined ? {} : { endUser: step.endUser }),
    simulate: undefined,
    signal: AbortSignal.timeout((step.seconds ?? 5) * 1_000),
  });
}

/** As JSON has it: what is undefined is not there. */
const plain = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value));

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kinora-recordings-'));
  const sizes: Record<MediaKind, number> = { image: 20, video: 40, audio: 20 };
  for (const [kind, size] of Object.entries(sizes))
    await writeFile(join(folder, `${kind}-of-sixteen-characters`), kind.repeat(size).slice(0, size));
});
after(() => rm(folder, { recursive: true, force: true }));
