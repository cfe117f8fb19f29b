import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../random.ts';
import type { Anchor } from './find-anchors.ts';
import { findFlatFace, onFace } from './flat-face.ts';

/** A spot seen half-way at (x, y) that moves by so much across and down. */
const spot = (x: number, y: number, across: number, down: number): Anchor => ({
  fromX: x - across / 2,
  fromY: y - down / 2,
  toX: x + across / 2,
  toY: y + down / 2,
});

const acrossAt = (x: number, y: number) => -12 + 0.22 * x - 0.01 * y;
const downAt = (x: number, y: number) => 2 - 0.03 * x + 0.05 * y;

/** Spots of a label, found to a third of a cell. */
function label(count: number): Anchor[] {
  const random = seededRandom(3, 'label');
  return Array.from({ length: count }, () => {
    const [x, y] = [40 + 50 * random(), 100 + 40 * random()];
    const noise = () => (random() - 0.5) * 0.6;
    return spot(x, y, acrossAt(x, y) + noise(), downAt(x, y) + noise());
  });
}

/** One letter taken for the next, 4.5 cells on. */
const strays = [50, 62, 74].map((x) => spot(x, 110, acrossAt(x, 110) + 4.5, downAt(x, 110)));

test('a label on a box moves as one plane, whatever a letter was taken for', () => {
  const face = findFlatFace([...label(24), ...strays]);
  assert.ok(face !== undefined);
  for (const [x, y] of [
    [42, 104],
    [65, 120],
    [88, 138],
  ] as const) {
    const [constant, perX, perY] = face.plane.across;
    assert.ok(Math.abs(constant + perX * x + perY * y - acrossAt(x, y)) < 0.4, `${x} ${y}`);
  }
});

test('spots that do not move with the face they are on are dropped, those beside it are kept', () => {
  const spots = label(24);
  const beside = [spot(150, 40, 8, 0), spot(10, 220, -6, 3)];
  const all = [...spots, ...strays, ...beside];
  const face = findFlatFace(all);
  assert.ok(face !== undefined);
  assert.deepEqual(onFace(face, all), [...spots, ...beside]);
});

test('no face is seen in few spots, nor where most within it move in their own ways', () => {
  assert.equal(findFlatFace(label(9)), undefined);
  const random = seededRandom(5, 'leaves');
  const leaves = Array.from({ length: 40 }, () =>
    spot(100 * random(), 100 * random(), 20 * random(), 8 * random()),
  );
  assert.equal(findFlatFace(leaves), undefined);
});
