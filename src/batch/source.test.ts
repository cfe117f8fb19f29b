import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { keyRows } from './row-keys.ts';
import { decodeText, formatOf, readSource } from './source.ts';

const csv = (text: string, delimiter?: string) =>
  readSource(text, { file: 'shop.csv', format: 'csv', ...(delimiter === undefined ? {} : { delimiter }) });

describe('a CSV', () => {
  for (const [what, text, values] of [
    [
      'quotes, commas and line breaks inside quotes',
      'sku,say\nA,"one, ""two""\nthree"\n',
      { sku: 'A', say: 'one, "two"\nthree' },
    ],
    ['letters beyond ASCII', 'sku,say\nA,Stål & brød 🍞\n', { sku: 'A', say: 'Stål & brød 🍞' }],
    ['a byte order mark', '\uFEFFsku,say\nA,b\n', { sku: 'A', say: 'b' }],
    ['line ends of Windows', 'sku,say\r\nA,b\r\n', { sku: 'A', say: 'b' }],
    ['line ends of two systems', 'sku,say\nA,b\r\n', { sku: 'A', say: 'b' }],
    ['no line end at its end', 'sku,say\nA,b', { sku: 'A', say: 'b' }],
    ['spaces around the names of its columns', ' sku , say\nA, b \n', { sku: 'A', say: ' b ' }],
    ['empty cells', 'sku,say\nA,\n', { sku: 'A', say: '' }],
    [
      'a column named as a trap',
      'sku,__proto__\nA,b\n',
      Object.fromEntries([
        ['sku', 'A'],
        ['__proto__', 'b'],
      ]),
    ],
  ] as const)
    it(`may have ${what}`, () =>
      assert.deepEqual(
        csv(text).map((row) => row.values),
        [values],
      ));

  it('tells the line of each row', () => {
    assert.deepEqual(
      csv('sku\nA\n\nB\n').map(({ place }) => place),
      ['line 2', 'line 4'],
    );
  });

  it('may be divided by other signs', () => {
    assert.deepEqual(csv('sku;say\nA;b\n', ';')[0]?.values, { sku: 'A', say: 'b' });
  });

  for (const [what, text, why] of [
    ['is empty', '', /shop\.csv is empty/],
    ['has a short row', 'a,b\n1\n', /shop\.csv is not a CSV: .*line 2/],
    ['never ends its quotes', 'a,b\n1,"x', /shop\.csv is not a CSV: .*line 2/],
    ['has two columns of one name', 'a,a\n1,2\n', /two columns named "a"/],
  ] as const)
    it(`is refused if it ${what}`, () =>
      assert.throws(() => csv(text), { code: 'invalid_request', message: why }));
});

describe('a source in JSON', () => {
  const read = (text: string, format: 'json' | 'jsonl') => readSource(text, { file: 'shop.json', format });

  it('is a list of objects', () => {
    assert.deepEqual(read('[{"sku":1,"tags":["a"]}]', 'json'), [
      { place: 'item 1', values: { sku: 1, tags: ['a'] } },
    ]);
  });

  it('may have one object a line', () => {
    assert.deepEqual(
      read('\uFEFF{"sku":"A"}\n\n{"sku":"B"}\r\n', 'jsonl').map(({ place, values }) => [
        place,
        values['sku'],
      ]),
      [
        ['line 1', 'A'],
        ['line 3', 'B'],
      ],
    );
  });

  it('names what is no object', () => {
    assert.throws(() => read('{"sku":"A"}', 'json'), { message: /not a list of objects/ });
    assert.throws(() => read('[{"a":1}, 2]', 'json'), { message: /item 2: it is not an object/ });
    assert.throws(() => read('{"a":1}\nnope', 'jsonl'), { message: /line 2 is not JSON/ });
  });
});

describe('the bytes of a source', () => {
  it('must be UTF-8', () => {
    assert.equal(decodeText(new TextEncoder().encode('Stål'), 'shop.csv'), 'Stål');
    assert.throws(() => decodeText(Buffer.from('Stål', 'latin1'), 'shop.csv'), {
      message: 'shop.csv is not UTF-8.',
    });
  });

  it('have a format by their name, or by the word of the workflow', () => {
    assert.equal(formatOf('a/shop.CSV', undefined), 'csv');
    assert.equal(formatOf('shop.ndjson', undefined), 'jsonl');
    assert.equal(formatOf('shop.txt', 'csv'), 'csv');
    assert.throws(() => formatOf('shop.txt', undefined), { message: /format of shop\.txt cannot be told/ });
  });
});

describe('the keys of rows', () => {
  const keys = (text: string) =>
    keyRows(csv(text), { column: 'sku', file: 'shop.csv' }).map(({ key }) => key);

  it('are trimmed, and may be numbers', () => {
    assert.deepEqual(keys('sku\n A-1 \nA-2\n'), ['A-1', 'A-2']);
    const rows = readSource('[{"sku":0},{"sku":7}]', { file: 'shop.json', format: 'json' });
    assert.deepEqual(
      keyRows(rows, { column: 'sku', file: 'shop.json' }).map(({ key }) => key),
      ['0', '7'],
    );
  });

  it('must be there and unlike each other, and all that are not are named', () => {
    assert.throws(
      () => keys('sku,n\nA,1\n,2\nA,3\n'),
      (error: Error & { hint?: string }) => {
        assert.match(error.message, /line 3: "sku" is empty/);
        assert.match(error.message, /line 4: "A" is the key of line 2 already/);
        assert.match(error.hint ?? '', /Columns: sku, n\./);
        return true;
      },
    );
    assert.throws(() => keys('id\nA\n'), { message: /"sku" is missing/ });
  });

  it('are nothing that a state file or an address could not hold', () => {
    assert.throws(() => keys('sku\n__proto__\n'), { message: /line 2: "__proto__" cannot be a key/ });
    const rows = readSource('[{"sku":"A\\ud842"}]', { file: 'shop.json', format: 'json' });
    assert.throws(() => keyRows(rows, { column: 'sku', file: 'shop.json' }), {
      message: /item 1: "sku" holds half a character/,
    });
  });
});
