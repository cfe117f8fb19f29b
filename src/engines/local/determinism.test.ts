import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ReferenceFile } from '../../domain/engine.ts';
import type { MediaFacts } from '../../domain/media-facts.ts';
import type { Plan } from '../../domain/plan.ts';
import { createMedia } from '../../media/create-media.ts';
import { createLocalEngine } from './index.ts';
import type { RenderOrder, RenderReport } from './render-messages.ts';

const fileAt = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const photo: MediaFacts = { kind: 'image', contentType: 'image/jpeg', width: 1280, height: 1280 };

/** Two photos of one product, a logo, music: with a caption, everything that a film can hold but a clip. */
const references: ReferenceFile[] = [
  { path: fileAt('examples/halden/products/MUG-01/3.jpg'), facts: photo },
  { path: fileAt('examples/halden/products/MUG-01/4.jpg'), facts: photo },
  {
    path: fileAt('test/fixtures/local/logo-mark.png'),
    facts: { kind: 'image', contentType: 'image/png', width: 160, height: 160 },
  },
  {
    path: fileAt('test/fixtures/local/sound/music-120bpm.m4a'),
    facts: { kind: 'audio', contentType: 'audio/mp4', durationSeconds: 15 },
  },
];

const plan: Plan = {
  engine: 'local',
  model: 'kinora-studio-1',
  endpoint: 'reference-to-video',
  prompt: 'The mug turns slowly on marble, warm light, orbit right, then push in, caption "New in autumn"',
  references: references.map(({ facts }, index) => ({
    kind: facts.kind,
    position: facts.kind === 'image' ? index + 1 : 1,
    fileId: `file_${index}`,
    sha256: '',
    facts,
  })),
  durationSeconds: 4,
  aspectRatio: '16:9',
  // Half of 720p; below this size x264 reads memory that nobody wrote, and differs from run to run by itself.
  width: 640,
  height: 360,
  seed: 7,
  generateAudio: true,
  adjustments: [],
};

const media = createMedia();
let home = '';
let cacheFolder = '';
before(async () => {
  home = await mkdtemp(join(tmpdir(), 'kinora-same-'));
  cacheFolder = join(home, 'cache');
});
after(() => rm(home, { recursive: true, force: true }));

interface Film {
  frames: string[];
  file: string;
  storyboard: string;
  notes: unknown;
}

async function readFilm(
  result: Awaited<ReturnType<ReturnType<typeof createLocalEngine>['render']>>,
): Promise<Film> {
  assert.ok(result.status === 'done', JSON.stringify(result));
  const { width, height, durationSeconds } = plan;
  const options = { width, height, fps: 24, startSeconds: 0, seconds: durationSeconds };
  const frames: string[] = [];
  for await (const frame of media.decodeVideo(result.videoPath, options)) frames.push(hashOf(frame));
  const { storyboard, notes } = result;
  return {
    frames,
    file: hashOf(await readFile(result.videoPath)),
    storyboard: JSON.stringify(storyboard),
    notes,
  };
}

const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

async function render(options: { cacheFolder: string }): Promise<Film> {
  return readFilm(await createLocalEngine({ slots: 1, ...options }).render(plan, await newContext()));
}

const newContext = async () => ({
  references,
  directory: await mkdtemp(join(home, 'render-')),
  signal: new AbortController().signal,
  onProgress: () => undefined,
});

/** The same render process, on one processor: as many threads as there, and so only one of each kind. */
async function renderOnOneProcessor(): Promise<Film> {
  const child = fork(fileURLToPath(new URL('./render-process.ts', import.meta.url)), [], {
    execPath: taskset,
    execArgv: ['-c', '0', process.execPath],
  });
  const directory = await mkdtemp(join(home, 'render-'));
  const order: RenderOrder = { task: 'film', plan, references, directory };
  const reported = new Promise<RenderReport>((resolve, reject) => {
    child.on('message', (report: RenderReport) => report.kind !== 'progress' && resolve(report));
    child.on('exit', (code) => reject(new Error(`ended with ${code}`)));
  });
  child.send(order);
  const report = await reported;
  assert.ok(report.kind === 'result');
  return readFilm(report.result);
}

const taskset = '/usr/bin/taskset';

/** The film that every other is held against: made with as many threads as there are, and a cache that is still empty. */
let firstFilm: Promise<Film> | undefined;
const first = () => (firstFilm ??= render({ cacheFolder }));

/** Whole films at half of 720p, on a machine that may be busy with other tests. */
const timeout = 300_000;

test('the same request and seed give the same film, frame by frame and byte by byte, in any process', {
  timeout,
}, async () => {
  const cold = await first();
  assert.equal(cold.frames.length, 96);
  assert.ok(new Set(cold.frames).size > 48, 'it is a film that moves');
  assert.equal((await readdir(cacheFolder)).length, 4);

  const warm = await render({ cacheFolder });
  assert.deepEqual(warm, cold, 'with everything recalled from the first');
  const context = await newContext();
  const other = await createLocalEngine({ slots: 1, cacheFolder }).storyboard?.(
    { ...plan, seed: 8 },
    context,
  );
  assert.ok(other?.status === 'done');
  assert.notEqual(JSON.stringify(other.storyboard), cold.storyboard, 'another seed, another storyboard');
});

test('neither the number of threads nor the absence of a cache changes anything', {
  timeout,
  skip: !existsSync(taskset) || availableParallelism() < 2,
}, async () => {
  assert.deepEqual(await renderOnOneProcessor(), await first());
});
