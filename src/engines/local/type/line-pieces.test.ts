import assert from 'node:assert/strict';
import test from 'node:test';
import { lettersOf, piecesOf } from './line-pieces.ts';

const textsOf = (text: string) => piecesOf(text).map((piece) => piece.text);

test('breaks behind spaces and hyphens, never at a no-break space', () => {
  assert.deepEqual(textsOf('Hand-thrown mug, 40\u00a0hours'), ['Hand-', 'thrown ', 'mug, ', '40\u00a0hours']);
  assert.deepEqual(textsOf('€ 189 “very quiet” (new)'), ['€ ', '189 ', '“very ', 'quiet” ', '(new)']);
});

test('keeps Japanese marks and particles with their word', () => {
  const pieces = textsOf('静かな音、「日本」の美。');
  for (const piece of pieces) {
    assert.doesNotMatch(piece, /^[、。」のな]/u);
    assert.doesNotMatch(piece, /「$/u);
  }
  assert.ok(pieces.length >= 3, pieces.join('|'));
});

test('breaks Thai between words and Korean only at spaces', () => {
  assert.ok(textsOf('เครื่องปั้นดินเผาทำมือที่ช่วยให้กาแฟอุ่น').length > 4);
  assert.deepEqual(textsOf('고요한 아침을 위해'), ['고요한 ', '아침을 ', '위해']);
});

test('keeps typed line ends and nothing is lost', () => {
  const pieces = piecesOf('One two\nthree');
  assert.deepEqual(
    pieces.map(({ ends }) => ends),
    [false, true, false],
  );
  assert.equal(
    lettersOf('naïve “mug”')
      .map(({ text }) => text)
      .join(''),
    'naïve “mug”',
  );
});
