import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMatrix } from '../domain/ads/matrix.ts';
import { expandMatrix } from './expand-matrix.ts';

const matrix = readMatrix({ mode: 'full', axes: { hook: ['why', 'now'], cta: ['buy'] } });

test('each row becomes one row a variant, under its key and the code', async () => {
  const rows = [
    { place: 'line 2', values: { sku: ' MUG-01 ', name: 'Mug' } },
    { place: 'line 3', values: { sku: '', name: 'Nobody' } },
    { place: 'line 4', fault: 'broken quotes' },
  ];
  assert.deepEqual(await Array.fromAsync(expandMatrix(rows, matrix, 'sku')), [
    {
      place: 'line 2',
      values: { sku: 'MUG-01-H1C1', name: 'Mug', code: 'H1C1', hook: 'why', cta: 'buy' },
      code: 'H1C1',
    },
    {
      place: 'line 2',
      values: { sku: 'MUG-01-H2C1', name: 'Mug', code: 'H2C1', hook: 'now', cta: 'buy' },
      code: 'H2C1',
    },
    rows[1],
    rows[2],
  ]);
});

test('without a source the variants are the rows; an axis may not hide a column', async () => {
  assert.deepEqual(await Array.fromAsync(expandMatrix(undefined, matrix)), [
    { place: 'variant H1C1', values: { hook: 'why', cta: 'buy', code: 'H1C1' }, code: 'H1C1' },
    { place: 'variant H2C1', values: { hook: 'now', cta: 'buy', code: 'H2C1' }, code: 'H2C1' },
  ]);
  const hiding = [{ place: 'line 2', values: { sku: 'A', hook: 'mine' } }];
  await assert.rejects(Array.fromAsync(expandMatrix(hiding, matrix, 'sku')), {
    message: 'matrix: "hook" is a column of the source too (line 2).',
  });
});
