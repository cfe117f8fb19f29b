import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { samplePlan } from '../../test/generations.ts';
import type { MediaFacts } from '../domain/media-facts.ts';
import { createMedia } from '../media/create-media.ts';
import { type Sound, soundRate } from '../media/media.ts';
import { factChecks, lookOver } from './check-output.ts';

const media = createMedia();
const folder = await mkdtemp(join(tmpdir(), 'kinora-output-'));
after(() => rm(folder, { recursive: true, force: true }));

const facts: MediaFacts = {
  kind: 'video',
  contentType: 'video/mp4',
  width: 1280,
  height: 720,
  durationSeconds: 5,
  videoCodec: 'h264',
  audioCodec: 'aac',
};

const failed = (changes: Partial<MediaFacts>) =>
  factChecks(samplePlan, { ...facts, ...changes }).flatMap(({ status, message }) =>
    status === 'passed' ? [] : [`${status}: ${message}`],
  );

test('a wrong size and a wrong sound track fail, another length is for a person to look at', () => {
  assert.deepEqual(failed({}), []);
  assert.deepEqual(failed({ width: 640 }), ['failed: It is 640×720, not 1280×720.']);
  assert.deepEqual(failed({ durationSeconds: 4.2 }), ['warning: It lasts 4.2 s of 5 s.']);
  const { audioCodec: _, ...silent } = facts;
  assert.deepEqual(
    factChecks(samplePlan, silent).map(({ status }) => status),
    ['passed', 'failed', 'passed'],
  );
});

/** Two seconds of stripes that move on every frame, or of what `lumaAt` says instead. */
async function video(name: string, lumaAt: (frame: number, x: number) => number, sound: Sound) {
  const path = join(folder, name);
  const encoder = await media.encode({ path, width: 64, height: 64, fps: 24, sound });
  for (let frame = 0; frame < 48; frame++) {
    const i420 = Buffer.alloc(64 * 96, 128);
    for (let index = 0; index < 64 * 64; index++) i420[index] = lumaAt(frame, index % 64);
    await encoder.write(i420);
  }
  await encoder.finish();
  return await lookOver(media, path, { ...facts, durationSeconds: 2 });
}

const tone = (level: number): Sound => {
  const wave = Float32Array.from({ length: 2 * soundRate }, (_, index) => level * Math.sin(index / 20));
  return { left: wave, right: wave };
};

const stripes = (frame: number, x: number) => ((x + frame) % 16 < 8 ? 60 : 180);

test('a video that moves and is heard passes', async () => {
  const checks = await video('moving.mp4', stripes, tone(0.2));
  assert.deepEqual(
    checks.map(({ name, status }) => `${name} ${status}`),
    ['black passed', 'frozen passed', 'sound passed'],
  );
});

test('black, still and silent stretches are warned of, with their time', async () => {
  const stuck = (frame: number, x: number) => (frame < 12 ? 16 : stripes(frame < 40 ? 12 : frame, x));
  const checks = await video('faulty.mp4', stuck, tone(0.0001));
  assert.deepEqual(
    checks.map(({ status }) => status),
    ['warning', 'warning', 'warning'],
  );
  const [black, frozen, sound] = checks.map(({ message }) => message);
  assert.equal(black, 'It is black from 0.00 s to 0.50 s.');
  assert.match(frozen ?? '', /^It stands still from 0\.[5-9]\d s to 1\.[56]\d s\.$/);
  assert.equal(sound, 'It has a sound track, but is silent.');
});
