import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sampleStoryboard } from '../../../test/fixtures/sample-storyboard.ts';
import type { StoryboardResult } from '../../domain/engine.ts';
import type { MediaFacts } from '../../domain/media-facts.ts';
import type { Plan } from '../../domain/plan.ts';
import { createMedia } from '../../media/create-media.ts';
import { createLocalEngine } from './index.ts';

const media = createMedia();
const engine = createLocalEngine({ slots: 1 });
const mug = fileURLToPath(new URL('../../../test/fixtures/local/mug.jpg', import.meta.url));
const facts: MediaFacts = { kind: 'image', contentType: 'image/jpeg', width: 512, height: 512 };
let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kinora-strip-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const plan: Plan = {
  engine: 'local',
  model: 'kinora-studio-1',
  endpoint: 'reference-to-video',
  prompt: 'The mug, orbit right then push in, "Morning"',
  references: [{ kind: 'image', position: 1, sha256: '', facts }],
  durationSeconds: 4,
  aspectRatio: '16:9',
  width: 1280,
  height: 720,
  seed: 3,
  generateAudio: true,
  adjustments: [],
};

async function strip(
  name: string,
  changes: Partial<Plan> = {},
): Promise<StoryboardResult & { status: 'done' }> {
  const directory = join(folder, name);
  await mkdir(directory);
  const result = await engine.storyboard?.(
    { ...plan, ...changes },
    { references: [{ path: mug, facts }], directory, signal: new AbortController().signal, onProgress() {} },
  );
  assert.ok(result?.status === 'done', JSON.stringify(result));
  return result;
}

test('decides a film and draws its shots, the same twice, without making it', async () => {
  const [one, two] = [await strip('one'), await strip('two')];
  assert.deepEqual(two.storyboard, one.storyboard);
  assert.ok(one.storyboard.shots.length >= 2);
  assert.ok(one.notes.some(({ code }) => code === 'directions_understood'));
  const bytes = await readFile(one.stripPath);
  assert.ok(bytes.equals(await readFile(two.stripPath)));
  const picture = await media.decodeImage(one.stripPath, { maxSide: 2_400 });
  assert.equal(Math.max(picture.width, picture.height), 2_400);
  assert.ok(shareOf(picture.data, isGround) > 0.15, 'pictures stand on a calm ground');
  assert.ok(shareOf(picture.data, isMugGreen) > 0.03, 'the mug is seen');
});

test('draws a given storyboard with its own colours', async () => {
  const { storyboard, stripPath } = await strip('given', { storyboard: sampleStoryboard });
  assert.deepEqual(storyboard, sampleStoryboard);
  const { data } = await media.decodeImage(stripPath, { maxSide: 1_200 });
  assert.ok(shareOf(data, isBlue) > 0.1, 'the wall is blue');
});

type Test = (red: number, green: number, blue: number) => boolean;

const isGround: Test = (red, green, blue) => Math.max(red, green, blue) < 40;
const isMugGreen: Test = (red, green, blue) => green > red + 12 && green > blue && green > 50;
const isBlue: Test = (red, _green, blue) => blue > red + 40;

function shareOf(data: Buffer, matches: Test): number {
  let count = 0;
  for (let at = 0; at < data.length; at += 4)
    if (matches(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0)) count++;
  return count / (data.length / 4);
}
