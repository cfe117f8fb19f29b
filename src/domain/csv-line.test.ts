import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { csvLine } from './csv-line.ts';

test('quotes what holds a comma, a quote or a line break, and ends in CRLF', () => {
  assert.equal(
    csvLine(['a', 'b,c', 'say "x"', 'two\nlines', null, 0, true]),
    ['a', '"b,c"', '"say ""x"""', '"two\nlines"', '', '0', 'true\r\n'].join(','),
  );
});

test('takes the power from what a spreadsheet would run as a formula, and leaves numbers alone', () => {
  for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1'])
    assert.match(csvLine([text]), /^"?'/, JSON.stringify(text));
  assert.equal(csvLine([-5, 'a=b', '']), '-5,a=b,\r\n');
});

test('any text can be read back, at most an apostrophe longer', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 2, maxLength: 6 }), (cells) => {
      const [read] = parse(csvLine(cells)) as string[][];
      assert.deepEqual(
        read?.map((cell, index) => (cell === `'${cells[index]}` ? cells[index] : cell)),
        cells,
      );
    }),
  );
});
