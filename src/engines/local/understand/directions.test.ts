import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Directions, readDirections } from './directions.ts';

const table: [prompt: string, expected: Partial<Directions>][] = [
  [
    'Mug product rotates slowly on a clean surface, soft studio lighting',
    { moves: ['rotate'], pace: 'slow', light: 'soft' },
  ],
  ['camera orbits the bottle', { moves: ['rotate'] }],
  ['a full 360 of the lamp', { moves: ['rotate'] }],
  ['Push in on the label', { moves: ['push_in'] }],
  ['slow dolly-in', { moves: ['push_in'], pace: 'slow' }],
  ['zoom out quickly', { moves: ['pull_out'], pace: 'fast' }],
  ['the camera pulls back, then pans left', { moves: ['pull_out', 'pan_left'] }],
  ['pan slowly to the right', { moves: ['pan_right'], pace: 'slow' }],
  ['tilt up from the base', { moves: ['tilt_up'] }],
  ['crane down', { moves: ['tilt_down'] }],
  ['static shot', { moves: ['static'] }],
  ['no camera movement', { moves: ['static'] }],
  ['push in, push in, push in', { moves: ['push_in'] }],
  ['moody, dark, low-key', { light: 'dramatic' }],
  ['bright and airy morning', { light: 'bright' }],
  ['warm golden light', { warmth: 'warm' }],
  ['icy cold blue', { warmth: 'cool' }],
  ['do not rotate the product', { moves: [] }],
  ['without zooming in, pan left', { moves: ['pan_left'] }],
  ['never fast', { pace: 'normal' }],
  ['', { moves: [], pace: 'normal', light: 'soft', warmth: 'neutral' }],
  ['ein Becher auf einem Tisch 🫖 @Image1', { moves: [], pace: 'normal' }],
  ['a panda, a company and a spinach salad', { moves: [] }],
];

for (const [prompt, expected] of table)
  test(`reads "${prompt}"`, () => {
    const { directions } = readDirections(prompt);
    for (const [key, value] of Object.entries(expected))
      assert.deepEqual(directions[key as keyof Directions], value, key);
  });

test('says what it followed and what it was told not to do', () => {
  const { notes } = readDirections('Rotate slowly, no zoom in');
  const followed = notes.find(({ code }) => code === 'directions_understood');
  assert.match(followed?.message ?? '', /"rotate", "slowly"|"rotat/);
  assert.match(notes.find(({ code }) => code === 'directions_refused')?.message ?? '', /zoom in/);
});

const ignoredIn = (prompt: string) =>
  readDirections(prompt).notes.find(({ code }) => code === 'directions_ignored')?.message;

test('names the words it did not understand, each once, without stop words and reference tags', () => {
  assert.equal(
    ignoredIn('The mug rotates slowly on an oak table; @Image1, no zoom in. MUG beside a hand-thrown bowl'),
    'Not understood as direction, and so ignored: "mug", "oak", "table", "hand-thrown", "bowl".',
  );
  assert.equal(ignoredIn('Rotate slowly, with soft studio lighting'), undefined);
  assert.equal(ignoredIn(''), undefined);
});

test('names twelve ignored words at most, and counts the rest', () => {
  const words = Array.from({ length: 15 }, (_, index) => `thing${index}`);
  const message = ignoredIn(words.join(' ')) ?? '';
  assert.match(message, /"thing11" and 3 more\.$/);
  assert.doesNotMatch(message, /"thing12"/);
});

test('shortens a word that goes on and on, as in a script without spaces', () => {
  assert.match(ignoredIn('杯'.repeat(400)) ?? '', /: "杯{30}…"\.$/);
});
