import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { jsonItems } from './json-items.ts';

async function read(
  text: string,
  options: { items?: string; pieces?: readonly number[]; longest?: number } = {},
) {
  const { items, pieces = [], longest = 100_000 } = options;
  async function* chunks() {
    let from = 0;
    for (const length of pieces) {
      yield text.slice(from, from + length);
      from += length;
    }
    yield text.slice(from);
  }
  const found: (string | undefined)[] = [];
  for await (const item of jsonItems(chunks(), { name: 'shop.json', items, longest })) {
    found.push(item.text);
    assert.equal(item.number, found.length);
  }
  return found;
}

const pieces = fc.array(fc.nat({ max: 9 }), { maxLength: 40 });

describe('the items of a JSON list', () => {
  it('are all there, wherever the text is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue()), fc.nat({ max: 3 }), pieces, async (list, indent, pieces) => {
        const found = await read(JSON.stringify(list, null, indent), { pieces });
        assert.deepEqual(
          found.map((text) => JSON.parse(text ?? '')),
          JSON.parse(JSON.stringify(list)),
        );
      }),
      { seed: 6, numRuns: 300 },
    );
  });

  it('may stand in a field of an object, whatever is beside it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue()),
        fc.dictionary(fc.string(), fc.jsonValue()),
        pieces,
        async (list, beside, pieces) => {
          const around = Object.fromEntries(Object.entries(beside).filter(([name]) => name !== 'data'));
          const text = JSON.stringify({ ...around, data: list, after: around });
          const found = await read(text, { items: 'data', pieces });
          assert.deepEqual(
            found.map((text) => JSON.parse(text ?? '')),
            JSON.parse(JSON.stringify(list)),
          );
        },
      ),
      { seed: 6, numRuns: 300 },
    );
  });

  it('are passed over where they are too long', async () => {
    const list = JSON.stringify(['a', 'x'.repeat(500), 'b']);
    const pieces = Array.from({ length: 50 }, () => 10);
    assert.deepEqual(await read(list, { longest: 100, pieces }), ['"a"', undefined, '"b"']);
  });

  for (const [what, text, why] of [
    ['is no list', '{"a": 1}', /is not a list of objects/],
    ['is cut off', '[{"a": 1}, {"b"', /ends in the middle, after 1 item/],
    ['has a quote without partner', '[{"a": "1}]', /ends in the middle/],
    ['goes on after its end', '[1] 2', /goes on after the end/],
    ['mixes its brackets', '[1}', /ends in the middle/],
    ['is empty', '', /is not a list/],
  ] as const)
    it(`are refused of a text that ${what}`, () =>
      assert.rejects(read(text), { code: 'invalid_request', message: why }));

  it('are refused where the field is missing, or another thing', async () => {
    await assert.rejects(read('{"a": [1]}', { items: 'data' }), { message: /no list in its field "data"/ });
    await assert.rejects(read('{"data": {"data": [1]}}', { items: 'data' }), {
      message: /no list in its field "data"/,
    });
  });
});
