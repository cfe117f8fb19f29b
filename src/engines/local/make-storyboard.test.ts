import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plan } from '../../domain/plan.ts';
import { makeStoryboard, type Subjects } from './make-storyboard.ts';
import { shotsAt } from './shots-at.ts';
import { fps } from './storyboard.ts';
import { oklabOfHex } from './understand/oklab.ts';

const subject = {
  cutOut: { width: 4, height: 4, data: Buffer.alloc(64) },
  box: { left: 0, top: 0, right: 4, bottom: 4 },
  bleed: { left: 0, right: 0, top: 0, bottom: 0 },
};
const green = [{ colour: oklabOfHex('#2f6b52'), share: 1 }];

const plan = (durationSeconds = 5, seed = 7): Plan => ({
  engine: 'local',
  model: 'kinora-studio-1',
  endpoint: 'reference-to-video',
  prompt: '',
  references: [],
  durationSeconds,
  aspectRatio: '16:9',
  width: 1280,
  height: 720,
  seed,
  generateAudio: true,
  adjustments: [],
});

const subjects = (changes: Partial<Subjects> = {}): Subjects => ({
  directions: { moves: ['rotate'], pace: 'slow', light: 'soft', warmth: 'neutral' },
  pictures: [1, 2, 3].map((position) => ({ position, role: 'product', palette: green, subject })),
  clips: [],
  sounds: [],
  ...changes,
});

test('gives the same storyboard for the same plan, and another set for some other seed', () => {
  const walls = [1, 2, 3, 4, 5, 6].map((seed) => makeStoryboard(plan(5, seed), subjects()).storyboard);
  assert.deepEqual(makeStoryboard(plan(5, 1), subjects()).storyboard, walls[0]);
  assert.ok(new Set(walls.map(({ set }) => JSON.stringify(set))).size > 1);
});

for (const seconds of [4, 7, 15])
  test(`covers every frame of ${seconds} s with one shot, or two while they cross`, () => {
    const { storyboard } = makeStoryboard(
      plan(seconds),
      subjects({ clips: [{ position: 1, seconds: 1.4, ratio: 1.8 }] }),
    );
    assert.equal(storyboard.frames, seconds * fps);
    assert.equal(storyboard.shots[0]?.startSeconds, 0);
    assert.equal(storyboard.shots.at(-1)?.endSeconds, seconds);
    for (const [index, shot] of storyboard.shots.entries()) {
      assert.ok(shot.endSeconds > shot.startSeconds);
      if (index > 0) assert.equal(shot.startSeconds, storyboard.shots[index - 1]?.endSeconds);
    }
    for (const [index, { endSeconds }] of storyboard.transitions.entries())
      assert.ok(endSeconds <= (storyboard.transitions[index + 1]?.startSeconds ?? seconds));
    for (let frame = 0; frame < storyboard.frames; frame++)
      assert.ok(storyboard.shots[shotsAt(storyboard, frame / fps)[0].shot] !== undefined);
  });

test('turns a product over several photos in one camera move', () => {
  const { storyboard } = makeStoryboard(plan(), subjects());
  assert.deepEqual(
    storyboard.shots.map(({ framing, camera }) => [
      framing,
      camera.move,
      camera.startSeconds,
      camera.endSeconds,
    ]),
    [1, 2, 3].map(() => ['on-set', 'rotate', 0, 5]),
  );
  assert.deepEqual(
    storyboard.transitions.map(({ kind }) => kind),
    ['turn', 'turn'],
  );
});

test('leaves out, and names, the pictures a short film has no time for', () => {
  const many = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((position) => ({
    position,
    role: 'product' as const,
    palette: green,
    subject,
  }));
  const { storyboard, leftOut } = makeStoryboard(plan(4), subjects({ pictures: many }));
  assert.equal(storyboard.shots.length, 5);
  assert.deepEqual(
    leftOut.map((left) => (left.kind === 'picture' ? left.position : left.kind)),
    [6, 7, 8, 9],
  );
});

test('shows a product without a trustworthy cut-out as a framed picture', () => {
  const pictures = [{ position: 1, role: 'product' as const, palette: green }];
  assert.equal(makeStoryboard(plan(), subjects({ pictures })).storyboard.shots[0]?.framing, 'framed');
});

test('puts a dark logo on a wall on which it can be read', () => {
  const dark = [{ colour: oklabOfHex('#1c2b28'), share: 1 }];
  const directions = { moves: [], pace: 'normal', light: 'dramatic', warmth: 'cool' } as const;
  const { storyboard } = makeStoryboard(
    plan(),
    subjects({
      directions: { ...directions, moves: [] },
      pictures: [{ position: 1, role: 'logo', palette: dark, subject }],
    }),
  );
  const wall = storyboard.shots[0]?.wall ?? storyboard.set.wall;
  assert.ok(oklabOfHex(wall).L > 0.6, wall);
});

test('makes a still life when there is nothing to show, and no sound cue without audio', () => {
  const { storyboard } = makeStoryboard({ ...plan(), generateAudio: false }, subjects({ pictures: [] }));
  assert.deepEqual(
    storyboard.shots.map((shot) => shot.subject.kind),
    ['shapes'],
  );
  assert.deepEqual(storyboard.sound, []);
});
