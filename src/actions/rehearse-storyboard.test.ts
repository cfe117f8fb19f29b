import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sampleStoryboard } from '../../test/fixtures/sample-storyboard.ts';
import type { LocalEngine } from '../domain/engine.ts';
import { AppError, type ErrorCode } from '../domain/errors.ts';
import type { Plan } from '../domain/plan.ts';
import { capabilities } from '../engines/local/capabilities.ts';
import { scratchIn } from '../files/scratch.ts';
import { createMedia } from '../media/create-media.ts';
import { createSafeFetch } from '../net/safe-fetch.ts';
import type { RehearsalReference } from './rehearsal-reference.ts';
import { type RehearsalCommand, rehearseStoryboard } from './rehearse-storyboard.ts';

const mug = fileURLToPath(new URL('../../test/fixtures/mug.jpg', import.meta.url));
const sound = fileURLToPath(new URL('../../test/fixtures/local/sound/music-120bpm.m4a', import.meta.url));
let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kinora-rehearse-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const plans: Plan[] = [];

/** Answers with a storyboard at once; the real one is tested where it is. */
const engine: LocalEngine = {
  kind: 'local',
  name: 'local',
  capabilities,
  slots: 1,
  render: () => Promise.reject(new Error('nothing is made in a rehearsal')),
  async storyboard(plan, { directory }) {
    plans.push(plan);
    const stripPath = join(directory, 'storyboard.jpg');
    await writeFile(stripPath, 'a picture');
    return { status: 'done', storyboard: sampleStoryboard, stripPath, notes: [{ code: 'a', message: 'b' }] };
  },
};

const command: RehearsalCommand = {
  endpoint: 'reference-to-video',
  prompt: '@Image1 turns',
  references: [{ kind: 'image', place: mug, role: 'product' }],
  durationSeconds: 4,
  aspectRatio: '16:9',
  seed: 0,
  generateAudio: true,
};

function rehearse(command: RehearsalCommand, trustedOrigins: string[] = []) {
  const deps = {
    engine,
    media: createMedia(),
    fetch: createSafeFetch({ trustedOrigins }),
    scratch: scratchIn(join(folder, 'scratch')),
  };
  const stripPath = join(folder, 'strip.jpg');
  return rehearseStoryboard(deps, command, {
    stripPath,
    signal: new AbortController().signal,
    onProgress() {},
  });
}

test('plans what a server would plan, keeps the strip and nothing else', async () => {
  const rehearsal = await rehearse(command);
  assert.ok(rehearsal.status === 'done');
  assert.deepEqual(rehearsal.storyboard, sampleStoryboard);
  assert.deepEqual(rehearsal.notes, [{ code: 'a', message: 'b' }]);
  const [plan] = plans.splice(0);
  assert.equal(plan?.seed, 0);
  const [reference] = plan?.references ?? [];
  assert.match(reference?.sha256 ?? '', /^[0-9a-f]{64}$/);
  assert.deepEqual(
    [reference?.position, reference?.role, reference?.facts.contentType],
    [1, 'product', 'image/jpeg'],
  );
  assert.equal(await readFile(join(folder, 'strip.jpg'), 'utf8'), 'a picture');
  assert.deepEqual(await readdir(join(folder, 'scratch')), []);
});

test('tells which seed was chosen where none was given', async () => {
  const { seed: _, ...open } = command;
  const rehearsal = await rehearse(open);
  assert.ok(rehearsal.status === 'done');
  assert.equal(rehearsal.notes[0]?.code, 'seed_chosen');
});

test('fetches what lies elsewhere, and leaves nothing of it', async () => {
  const bytes = await readFile(mug);
  const server = createServer((_request, response) => response.end(bytes));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const rehearsal = await rehearse({ ...command, ...reference({ place: `${origin}/mug` }) }, [origin]);
    assert.equal(rehearsal.status, 'done');
  } finally {
    server.closeAllConnections();
    server.close();
  }
  assert.equal(plans.splice(0)[0]?.references[0]?.facts.contentType, 'image/jpeg');
  assert.deepEqual(await readdir(join(folder, 'scratch')), []);
});

const reference = (changes: Partial<RehearsalReference>) => ({
  references: [{ kind: 'image' as const, place: mug, role: undefined, ...changes }],
});

const refusals: [what: string, changes: Partial<RehearsalCommand>, code: ErrorCode, words: RegExp][] = [
  [
    'a file that is missing',
    reference({ place: '/nowhere/a.jpg' }),
    'reference_not_found',
    /\/nowhere\/a\.jpg/,
  ],
  [
    'a sound given as an image',
    reference({ place: sound }),
    'reference_wrong_type',
    /music-120bpm\.m4a is audio/,
  ],
  [
    'a file that is no media',
    reference({ place: import.meta.filename }),
    'reference_unreadable',
    /test\.ts cannot/,
  ],
  [
    'an address inside the network',
    reference({ place: 'http://127.0.0.1:9/a.jpg' }),
    'reference_forbidden_address',
    /127\.0\.0\.1/,
  ],
  ['a tag without its reference', { prompt: '@Image2 turns' }, 'invalid_prompt', /@Image2/],
  ['a length that no engine makes', { durationSeconds: 3 }, 'unsupported_by_engine', /not 3 s/],
];

for (const [what, changes, code, words] of refusals)
  test(`refuses ${what} before the engine is asked`, async () => {
    plans.length = 0;
    await assert.rejects(rehearse({ ...command, ...changes }), (error) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.code, code);
      assert.match(error.message, words);
      return true;
    });
    assert.equal(plans.length, 0);
  });
