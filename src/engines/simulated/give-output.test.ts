import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import {
  launchForTests,
  type SimulatedHarness,
  type StartOptions,
  simulatedHarness,
  temporaryFolder,
} from '../../../test/fixtures/simulated.ts';
import type { Simulate } from '../../contract/simulate.ts';
import { createMedia } from '../../media/create-media.ts';

describe('an output of the simulated provider', { concurrency: 2 }, () => {
  const media = createMedia();
  let folder = '';
  let engine: SimulatedHarness;

  before(async () => {
    folder = await temporaryFolder();
    const { origin } = await launchForTests({ folder, simulate: { latency_seconds: 0 } });
    engine = simulatedHarness({ url: origin });
  });

  async function urlOf(output: Simulate['output'], options?: StartOptions): Promise<string> {
    const done = await engine.check(await engine.accepted({ output }, options));
    return done.status === 'done' ? done.output.url : assert.fail(done.status);
  }
  async function saved(output: Simulate['output'], options?: StartOptions) {
    const answer = await fetch(await urlOf(output, options));
    assert.equal(answer.headers.get('content-type'), 'video/mp4');
    const bytes = Buffer.from(await answer.arrayBuffer());
    const path = join(folder, `${output?.kind}-${bytes.length}.mp4`);
    await writeFile(path, bytes);
    return { path, bytes };
  }
  async function probed(output: Simulate['output'], options?: StartOptions) {
    const { path, bytes } = await saved(output, options);
    const result = await media.probe(path);
    return result.status === 'readable'
      ? { ...result.facts, bytes: bytes.length, path }
      : assert.fail(`${output?.kind}: ${result.reason}`);
  }
  async function level(path: string): Promise<number> {
    const { left } = await media.decodeAudio(path, { maxSeconds: 4 });
    return Math.sqrt(left.reduce((sum, sample) => sum + sample ** 2, 0) / left.length);
  }

  it('is a film of the size and length that was asked for, with sound, and small', async () => {
    const facts = await probed({ kind: 'ok' }, { plan: { width: 1280, height: 720 } });
    assert.deepEqual(
      [facts.width, facts.height, facts.durationSeconds, facts.videoCodec, facts.audioCodec],
      [1280, 720, 4, 'h264', 'aac'],
    );
    assert.ok(facts.bytes < 200_000 && facts.fastStart === true);
    assert.ok((await level(facts.path)) > 0.02);
  });

  it('has no sound where none is wanted, and none to be heard where it is silent', async () => {
    const facts = await probed({ kind: 'ok' }, { plan: { generateAudio: false } });
    assert.deepEqual([facts.width, facts.height, facts.audioCodec], [128, 72, undefined]);
    const silent = await probed({ kind: 'silent' });
    assert.equal(silent.audioCodec, 'aac');
    assert.ok((await level(silent.path)) < 0.001);
  });

  it('is shorter, longer or smaller than it should be', async () => {
    assert.equal((await probed({ kind: 'short', seconds: 2.5 })).durationSeconds, 2.5);
    assert.equal((await probed({ kind: 'long', seconds: 6 })).durationSeconds, 6);
    const { width, height } = await probed({ kind: 'wrong_size' });
    assert.deepEqual([width, height], [64, 36]);
  });

  it('is noise, or ends in the middle', async () => {
    assert.equal((await media.probe((await saved({ kind: 'corrupt' })).path)).status, 'unreadable');
    const whole = await saved({ kind: 'ok' });
    const half = await saved({ kind: 'truncated' });
    assert.deepEqual(half.bytes, whole.bytes.subarray(0, whole.bytes.length * 0.6));
  });

  it('is not there, or breaks off at first', async () => {
    assert.equal((await fetch(await urlOf({ kind: 'missing' }))).status, 404);
    const url = await urlOf({ kind: 'interrupted', times: 1 });
    await assert.rejects(async () => (await fetch(url)).arrayBuffer());
    const { bytes } = await saved({ kind: 'ok' });
    assert.deepEqual(Buffer.from(await (await fetch(url)).arrayBuffer()), bytes);
  });

  it('is not given before it is made', async () => {
    const handle = await engine.accepted({ latency_seconds: 600 });
    const [origin = ''] = engine.engine.trustedOrigins;
    assert.equal((await fetch(`${origin}/outputs/${handle['job_id']}.mp4`)).status, 404);
  });
});
