import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleStoryboard } from '../../../test/fixtures/sample-storyboard.ts';
import { createStyle } from '../style.ts';
import { printStoryboard } from './print-storyboard.ts';

test('a storyboard is a table of its shots and a few lines about the rest', () => {
  assert.deepEqual(printStoryboard(sampleStoryboard, createStyle(false)), [
    'SHOT   SECONDS         SHOWS     FRAMED       CAMERA    COMES BY',
    '   1    0.00 –  2.50   image 1   on the set   push in',
    '   2    2.50 –  4.00   image 1   on the set   push in   dissolve 0.5 s',
    '',
    'film      4 s · 1280 × 720 · seed 5',
    'set       studio, wood, soft light from the left; wall #336699, accent #c19286',
    'captions   0.50 –  2.00  "Morning" (title, lower third)',
    'sound      0.00 –  4.00  a calm bed, 90 bpm',
  ]);
});

test('a caption cannot move the cursor, and silence is told', () => {
  const [caption] = sampleStoryboard.captions;
  assert.ok(caption !== undefined);
  const film = { ...sampleStoryboard, captions: [{ ...caption, text: 'a\n\u001b[2Jb' }], sound: [] };
  const lines = printStoryboard(film, createStyle(false));
  assert.ok(lines.some((line) => line.includes('"a b"')));
  assert.equal(lines.at(-1), 'sound     none');
});
