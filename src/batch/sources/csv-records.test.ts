import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { type CsvRecord, csvRecords } from './csv-records.ts';

async function read(text: string, options: { pieces?: readonly number[]; longestRecord?: number } = {}) {
  const { pieces = [], longestRecord = 1_000_000 } = options;
  async function* chunks() {
    let from = 0;
    for (const length of pieces) {
      yield text.slice(from, from + length);
      from += length;
    }
    yield text.slice(from);
  }
  const found: CsvRecord[] = [];
  for await (const record of csvRecords(chunks(), { delimiter: ',', longestRecord })) found.push(record);
  return found;
}

const cells = (records: readonly CsvRecord[]) =>
  records.map((record) => ('cells' in record ? record.cells : record.fault));

const cell = fc.string({ unit: fc.constantFrom('a', 'é', '🍞', '"', ',', '\n', '\r\n', ' ', '=') });
const tables = fc.array(fc.tuple(fc.constant('k'), cell, cell), { minLength: 1, maxLength: 8 });
const pieces = fc.array(fc.nat({ max: 9 }), { maxLength: 30 });

describe('the records of a CSV', () => {
  it('are what another reader finds, wherever the text is cut', async () => {
    await fc.assert(
      fc.asyncProperty(tables, pieces, fc.constantFrom('\n', '\r\n'), async (table, pieces, lineEnd) => {
        const text = stringify(table, { record_delimiter: lineEnd, quoted_match: /[\r\n]/ });
        assert.deepEqual(cells(await read(text, { pieces })), table);
        assert.deepEqual(cells(await read(text, { pieces })), parse(text));
      }),
      { seed: 6, numRuns: 300 },
    );
  });

  it('are lost alone where a quote is broken', async () => {
    const plain = fc.array(fc.stringMatching(/^[a-z é]{1,8}$/), { minLength: 3, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(plain, { minLength: 3, maxLength: 20 }),
        fc.nat(),
        fc.constantFrom('k,"never closed,1', 'k,5" mug,1', 'k,"closed" too early,1', '"""never,1,2'),
        pieces,
        async (rows, at, broken, pieces) => {
          const lines = rows.map((row) =>
            row.map((cell, index) => (index === 1 ? `"${cell}"` : cell)).join(','),
          );
          const place = at % (rows.length + 1);
          lines.splice(place, 0, broken);
          const found = await read(lines.join('\n'), { pieces });
          const faults = found.filter((record) => 'fault' in record);
          assert.deepEqual(
            faults.map(({ line }) => line),
            [place + 1],
          );
          assert.deepEqual(cells(found.filter((record) => 'cells' in record)), rows);
        },
      ),
      { seed: 6, numRuns: 300 },
    );
  });

  it('are told by the line they begin at, empty lines counted and passed over', async () => {
    const found = await read('a\r\n\r\n"b\nb"\n\rc');
    assert.deepEqual(found, [
      { line: 1, cells: ['a'] },
      { line: 3, cells: ['b\nb'] },
      { line: 6, cells: ['c'] },
    ]);
  });

  it('are not kept where they are too long, and do not take the next one along', async () => {
    const long = 'x'.repeat(5_000);
    const pieces = Array.from({ length: 60 }, () => 100);
    for (const text of [`a\n${long}\nb\n`, `a\n"${long}\nb\n`, `a\n"${long}"\nb\n`]) {
      const found = await read(text, { pieces, longestRecord: 1_000 });
      assert.deepEqual(
        [found.length, found[0], found.at(-1)],
        [3, { line: 1, cells: ['a'] }, { line: 3, cells: ['b'] }],
      );
      assert.ok(found[1] !== undefined && 'fault' in found[1]);
    }
  });

  it('of a hostile text take time in step with its length', async () => {
    const lines = ['a,"x\n', 'a,"""\n', '"\n', '""\n', '"",\r'];
    for (const text of [...lines.map((line) => line.repeat(60_000)), `"x\n${'""\n'.repeat(300_000)}`]) {
      const before = process.cpuUsage();
      await read(text, { pieces: Array.from({ length: 20 }, () => text.length / 20) });
      const { user } = process.cpuUsage(before);
      assert.ok(user < 4_000_000, `${JSON.stringify(text.slice(0, 10))} took ${user / 1_000} ms`);
    }
  });
});
