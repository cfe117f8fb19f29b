import assert from 'node:assert/strict';
import test from 'node:test';
import { breakLines } from './break-lines.ts';
import { piecesOf } from './line-pieces.ts';

const widthOf = (text: string) => [...text].length;
const broken = (text: string, width: number, maxLines = 3) =>
  breakLines(piecesOf(text), { width, maxLines, widthOf });

test('uses as few lines as fit and makes them equal', () => {
  assert.deepEqual(broken('Quiet by design', 20), ['Quiet by design']);
  assert.deepEqual(broken('aaaa bbbb cccc dddd', 14), ['aaaa bbbb', 'cccc dddd']);
});

test('leaves no single short word on the last line', () => {
  assert.deepEqual(broken('Hand thrown stoneware for you', 25), ['Hand thrown', 'stoneware for you']);
});

test('does not end a line with an article or between a number and its unit', () => {
  assert.deepEqual(broken('Discover the quiet evening', 20), ['Discover', 'the quiet evening']);
  assert.deepEqual(broken('Play for long 40 hours long now', 20), ['Play for long', '40 hours long now']);
});

test('keeps a price in one line, whatever its currency and however its number is written', () => {
  assert.deepEqual(broken('Now at 8 990 kr only', 14), ['Now at', '8 990 kr only']);
  assert.deepEqual(broken('Only today at € 189 each', 16), ['Only today', 'at € 189 each']);
  const arabic = broken('249 ر.س بدلاً من 349 ر.س على الأكواب', 24) ?? [];
  assert.ok(
    arabic.every((line) => !/\d$/.test(line)),
    arabic.join(' | '),
  );
});

test('keeps typed line ends even where one line would do', () => {
  assert.deepEqual(broken('Made\nfor mornings', 40), ['Made', 'for mornings']);
});

test('answers undefined where the text takes more lines than allowed', () => {
  assert.equal(broken('aaaa bbbb cccc dddd', 5), undefined);
  assert.equal(broken('unbreakable', 5), undefined);
});
