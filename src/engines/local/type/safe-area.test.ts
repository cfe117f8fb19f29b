import assert from 'node:assert/strict';
import test from 'node:test';
import { roomFor, safeArea, shapeOf } from './safe-area.ts';

test('keeps the margins of every shape', () => {
  assert.deepEqual(safeArea({ width: 1280, height: 720 }), { x: 64, y: 36, width: 1152, height: 648 });
  assert.deepEqual(safeArea({ width: 720, height: 1280 }), { x: 44, y: 180, width: 589, height: 844 });
  assert.deepEqual(safeArea({ width: 1000, height: 1000 }), { x: 60, y: 60, width: 880, height: 880 });
  assert.equal(shapeOf({ width: 834, height: 1112 }), 'upright');
});

test('centred text stays in the middle of an upright frame though its margins differ', () => {
  const { x, width } = roomFor('centre', { width: 720, height: 1280 });
  assert.equal(x + width / 2, 360);
  assert.ok(x + width <= 720 * 0.88);
});

test('text at the left leaves the right half of a wide frame to the product', () => {
  const { x, width } = roomFor('lower_left', { width: 1280, height: 720 });
  assert.ok(x + width < 1280 * 0.55);
});
