import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Progress, ReferenceFile, RenderResult } from '../../domain/engine.ts';
import type { MediaFacts } from '../../domain/media-facts.ts';
import type { Plan } from '../../domain/plan.ts';
import { createMedia } from '../../media/create-media.ts';
import { createLocalEngine } from './index.ts';
import { oklabOfRgb } from './understand/oklab.ts';

const media = createMedia();
const engine = createLocalEngine({ slots: 1 });
const mug = fileURLToPath(new URL('../../../test/fixtures/local/mug.jpg', import.meta.url));
const facts: MediaFacts = { kind: 'image', contentType: 'image/jpeg', width: 512, height: 512 };
let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kinora-local-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const plan: Plan = {
  engine: 'local',
  model: 'kinora-studio-2',
  endpoint: 'reference-to-video',
  prompt: 'The mug, push in slowly, soft studio lighting',
  references: [{ kind: 'image', position: 1, fileId: 'file_mug', sha256: '', facts }],
  durationSeconds: 4,
  aspectRatio: '1:1',
  width: 720,
  height: 720,
  seed: 0,
  generateAudio: true,
  adjustments: [],
};

async function render(
  name: string,
  options: {
    plan?: Plan;
    path?: string;
    signal?: AbortSignal;
    onProgress?: (progress: Progress) => void;
  } = {},
): Promise<RenderResult> {
  const directory = join(folder, name);
  await mkdir(directory);
  const references: ReferenceFile[] = [{ path: options.path ?? mug, facts }];
  return engine.render(options.plan ?? plan, {
    references,
    directory,
    signal: options.signal ?? new AbortController().signal,
    onProgress: options.onProgress ?? (() => undefined),
  });
}

/** A few frames of a film, small. */
async function framesOf(path: string): Promise<Buffer[]> {
  const frames: Buffer[] = [];
  for await (const frame of media.decodeVideo(path, {
    width: 90,
    height: 90,
    fps: 3,
    startSeconds: 0,
    seconds: 4,
  }))
    frames.push(frame);
  return frames;
}

// That it is the same every time is for determinism.test.ts to show, frame by frame.
test('makes a film of a product photo: its length, its sound, its colour, its movement', async () => {
  const seen: Progress[] = [];
  const one = await render('one', { onProgress: (progress) => seen.push(progress) });
  assert.ok(one.status === 'done', JSON.stringify(one));

  const probed = await media.probe(one.videoPath);
  assert.ok(probed.status === 'readable');
  const {
    width,
    height,
    frames: count,
    videoCodec,
    audioCodec,
    audioDurationSeconds,
    fastStart,
  } = probed.facts;
  assert.deepEqual(
    { width, height, count, videoCodec, audioCodec, fastStart },
    { width: 720, height: 720, count: 96, videoCodec: 'h264', audioCodec: 'aac', fastStart: true },
  );
  assert.ok(Math.abs((audioDurationSeconds ?? 0) - 4) < 1 / 24);

  const frames = await framesOf(one.videoPath);
  assert.ok(frames.length >= 11);
  for (const frame of frames) assert.ok(shareOf(frame, isMugGreen) > 0.08, 'the mug is in the picture');
  const [first, last] = [frames[1] ?? Buffer.alloc(0), frames.at(-2) ?? Buffer.alloc(0)];
  assert.ok(difference(first, last) > 2, 'the camera moves');
  assert.ok(shareOf(last, isMugGreen) > shareOf(first, isMugGreen) * 1.05, 'it moves in');

  const poster = await media.decodeImage(one.posterPath, { maxSide: 90 });
  assert.ok(shareOf(poster.data, isMugGreen) > 0.08);
  assert.ok(
    one.notes.some(({ code, message }) => code === 'directions_understood' && message.includes('push in')),
  );
  assert.ok(seen.every(({ fraction }, index) => fraction >= (seen[index - 1]?.fraction ?? 0)));
  assert.deepEqual(
    [...new Set(seen.map(({ phase }) => phase))],
    ['understand', 'storyboard', 'sound', 'render', 'encode', 'check'],
  );
});

test('makes no sound track when no audio is wanted', async () => {
  const result = await render('silent', {
    plan: {
      ...plan,
      ...{ generateAudio: false, references: [], endpoint: 'text-to-video', width: 160, height: 160 },
    },
  });
  assert.ok(result.status === 'done', JSON.stringify(result));
  const probed = await media.probe(result.videoPath);
  assert.ok(probed.status === 'readable');
  assert.equal(probed.facts.audioCodec, undefined);
});

test('fails, not to be tried again, when a reference cannot be decoded', async () => {
  const path = join(folder, 'broken.jpg');
  await writeFile(path, Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]));
  const result = await render('broken', { path });
  assert.ok(result.status === 'failed');
  assert.equal(result.code, 'reference_lost');
  assert.equal(result.retryable, false);
  assert.match(result.message, /^Image 1 could not be decoded/);
});

test('throws what its process said when that breaks down', async () => {
  const rendering = engine.render(plan, {
    references: [],
    directory: join(folder, 'gone', 'with', 'the', 'wind'),
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  await assert.rejects(
    rendering,
    /^Error: The render process ended with code \d+ before its work was done: .*1 references/s,
  );
});

test('stops at once when aborted, and leaves no film', async () => {
  const abort = new AbortController();
  let abortedMs = Number.NaN;
  const rendering = render('aborted', {
    signal: abort.signal,
    onProgress: ({ phase }) => {
      if (phase !== 'render' || abort.signal.aborted) return;
      abortedMs = performance.now();
      abort.abort(new Error('The generation was canceled.'));
    },
  });
  await assert.rejects(rendering, /canceled/);
  const tookMs = performance.now() - abortedMs;
  assert.ok(tookMs < 2_000, `it took ${tookMs} ms`);
  assert.ok(!(await readdir(join(folder, 'aborted'))).includes('video.mp4'));
});

function isMugGreen(red: number, green: number, blue: number): boolean {
  const { L, a } = oklabOfRgb(red, green, blue);
  return a < -0.02 && L > 0.2 && L < 0.75;
}

function shareOf(frame: Buffer, matches: (red: number, green: number, blue: number) => boolean): number {
  let count = 0;
  for (let at = 0; at < frame.length; at += 4)
    if (matches(frame[at] ?? 0, frame[at + 1] ?? 0, frame[at + 2] ?? 0)) count++;
  return count / (frame.length / 4);
}

function difference(one: Buffer, other: Buffer): number {
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += Math.abs((one[at] ?? 0) - (other[at] ?? 0));
  return sum / one.length;
}
