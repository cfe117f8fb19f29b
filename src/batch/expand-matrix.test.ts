import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMatrix } from '../domain/ads/matrix.ts';
import { expandMatrix, matrixSource } from './expand-matrix.ts';

const matrix = readMatrix({ mode: 'full', axes: { hook: ['why', 'now'], cta: ['buy'] } });

test('each row becomes one row a variant, under its key and the code', () => {
  const row = { place: 'line 2', key: 'MUG-01', values: { sku: 'MUG-01', name: 'Mug' } };
  assert.deepEqual(
    expandMatrix(matrix)(row),
    ['why', 'now'].map((hook, index) => ({
      place: 'line 2',
      key: `MUG-01-H${index + 1}C1`,
      values: { sku: 'MUG-01', name: 'Mug', code: `H${index + 1}C1`, hook, cta: 'buy' },
    })),
  );
});

test('without a source the variants are the rows; an axis may not hide a column', async () => {
  const rows = [];
  for await (const row of matrixSource(matrix).rows(new AbortController().signal)) rows.push(row);
  assert.deepEqual(rows, [
    { place: 'variant H1C1', key: 'H1C1', values: { code: 'H1C1', hook: 'why', cta: 'buy' } },
    { place: 'variant H2C1', key: 'H2C1', values: { code: 'H2C1', hook: 'now', cta: 'buy' } },
  ]);
  assert.throws(() => expandMatrix(matrix)({ place: 'line 2', key: 'A', values: { hook: 'mine' } }), {
    message: 'matrix: "hook" is a column of the source too (line 2).',
  });
});
