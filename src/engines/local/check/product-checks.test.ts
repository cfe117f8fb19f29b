import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Lab } from './colour-difference.ts';
import type { ProductCell } from './product-cells.ts';
import { type ProductLook, productColourCheck, productVisibleCheck } from './product-checks.ts';

const green: Lab = { L: 45, a: -30, b: 20 };
const wall: Lab = { L: 70, a: 2, b: 6 };

const look = (cell: Partial<ProductCell>, changes: Partial<ProductLook> = {}): ProductLook => ({
  shot: 1,
  seconds: 2.5,
  isSwept: false,
  cells: Array.from({ length: 40 }, () => ({
    seen: green,
    drawn: green,
    photo: green,
    empty: wall,
    ...cell,
  })),
  ...changes,
});

test('a product that nobody can tell from its set is for a person to look at', () => {
  const pale = { ...wall, L: wall.L + 2 };
  const check = productVisibleCheck([look({}), look({ seen: pale, drawn: pale })]);
  assert.deepEqual(
    [check?.status, check?.message],
    ['warning', 'At 2.5 s the product of shot 2 can hardly be told from the set: they differ in 0 % of it.'],
  );
});

test('a frame that shows the set where the product should be fails as missing', () => {
  const check = productVisibleCheck([look({}), look({ seen: wall }, { shot: 0 })]);
  assert.deepEqual([check?.status, check?.measured, check?.pointer], ['failed', 0, '/shots/0']);
});

test('colours are not judged under a band of light, between photos, or on too few cells', () => {
  const off = { ...green, a: 10 };
  assert.equal(productColourCheck([look({ seen: off })])?.status, 'failed');
  assert.equal(productColourCheck([look({ seen: off }, { isSwept: true })]), undefined);
  const few = look({ seen: off });
  assert.equal(productColourCheck([{ ...few, cells: few.cells.slice(0, 5) }]), undefined);
  const unknown = few.cells.map(({ photo: _, ...cell }) => cell);
  assert.equal(productColourCheck([{ ...few, cells: unknown }]), undefined);
});

test('half the cells may be off, the middle one counts', () => {
  const cells = [...look({}).cells, ...look({ seen: wall }).cells.slice(0, 30)];
  assert.equal(productColourCheck([look({}, { cells })])?.measured, 0);
});

test('a product of which nothing is opaque is for a person to look at', () => {
  assert.equal(productVisibleCheck([look({}, { cells: [] })])?.status, 'warning');
  assert.equal(productVisibleCheck([]), undefined);
});
