import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restingKey, sampleShot } from '../../test/fixtures/sample-storyboard.ts';
import { cameraWords, subjectWords, transitionWords } from './describe-shot.ts';
import type { Camera, CameraKey, Shot } from './storyboard.ts';

const camera = (...changes: Partial<CameraKey>[]): Camera => ({
  keys: changes.map((change, index) => ({ ...restingKey, seconds: index, ...change })),
  easing: 'soft',
  handheld: 0,
});

const moves: [words: string, camera: Camera][] = [
  ['static', camera({})],
  ['static', camera({ dolly: 0.1 }, { dolly: 0.101 })],
  ['push in', camera({ dolly: -0.05 }, { dolly: 0.1 })],
  ['orbit left', camera({ orbitDegrees: 13, dolly: -0.03 }, { orbitDegrees: -13, dolly: 0.05 })],
  // It answers with a pan, but goes sideways.
  ['truck right', camera({ x: -0.14, pan: 0.07 }, { x: 0.14, pan: -0.07 })],
  // It rises and looks down at its subject.
  ['crane up', camera({ y: 0.1, tilt: -0.09 }, { y: -0.13, tilt: 0.12 })],
  ['zoom out', camera({ zoom: 1.18 }, { zoom: 0.95 })],
  ['push in then pan left', camera({}, { dolly: 0.2 }, { dolly: 0.2, pan: -0.2 })],
  ['a path of 9 keys', camera(...Array.from({ length: 9 }, (_, index) => ({ x: index / 50 })))],
  ['handheld', { ...camera({}), handheld: 0.7 }],
  ['handheld, push in', { ...camera({}, { dolly: 0.1 }), handheld: 1 }],
];

for (const [words, given] of moves)
  test(`calls a camera with ${given.keys.length} keys "${words}"`, () =>
    assert.equal(cameraWords(given), words));

const subjects: [words: string, shot: Partial<Shot>][] = [
  ['image 1', {}],
  ['image 1, dropping in', { action: 'drops_in' }],
  [
    'images 1-4 turning',
    { action: 'rotates', subject: { kind: 'turntable', positions: [1, 2, 3, 4], from: 0, to: 1 } },
  ],
  ['images 2, 3, 1 turning', { subject: { kind: 'turntable', positions: [2, 3, 1], from: 0, to: 1 } }],
  [
    'images 1, 2 turning, floating',
    { action: 'floats', subject: { kind: 'turntable', positions: [1, 2], from: 0, to: 1 } },
  ],
  [
    'video 2 from 1.3 s, steadied',
    { subject: { kind: 'clip', position: 2, fromSeconds: 1.25, steadied: true } },
  ],
  ['still life', { subject: { kind: 'still-life' } }],
];

for (const [words, changes] of subjects)
  test(`says that a shot shows "${words}"`, () =>
    assert.equal(subjectWords({ ...sampleShot, ...changes }), words));

test('says how a shot is come to: its length, and the way it goes where it goes one', () => {
  const transition = { to: 1, startSeconds: 2, endSeconds: 2.5, towards: 'left' } as const;
  assert.equal(transitionWords(undefined), 'cut');
  assert.equal(transitionWords({ ...transition, kind: 'match' }), 'match 0.5 s');
  assert.equal(transitionWords({ ...transition, kind: 'whip' }), 'whip left 0.5 s');
});
