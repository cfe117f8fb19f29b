import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { widthOf, wrapTo } from './text-width.ts';

test('wrapped text keeps every word in its order, and only a word that is too wide passes the edge', () => {
  const word = fc.stringMatching(/^[a-zäé漢]{1,12}$/);
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 40 }),
      (words, width) => {
        const lines = wrapTo(words.join(' '), width);
        assert.equal(lines.join(' '), words.join(' '));
        for (const line of lines) assert.ok(widthOf(line) <= width || !line.includes(' '), line);
      },
    ),
    { seed: 7 },
  );
  assert.deepEqual(wrapTo('a b c', undefined), ['a b c']);
});
