import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StudioSet } from '../../../domain/storyboard.ts';
import { drawStillLife } from './draw-still-life.ts';
import { geometryOf } from './geometry.ts';
import { rowAtDistance } from './ground.ts';

const set: StudioSet = {
  style: 'studio',
  surface: 'seamless',
  light: 'soft',
  lightFrom: 'left',
  wall: '#d9cfc4',
  accent: '#b5614a',
  feature: 'none',
  plinth: 'none',
  foreground: 'none',
};

for (const size of [
  { width: 320, height: 180 },
  { width: 180, height: 320 },
  { width: 240, height: 240 },
])
  test(`composes a few pieces at different distances within ${size.width}x${size.height}`, () => {
    const geometry = geometryOf(size);
    for (const seed of [1, 2, 3]) {
      const pieces = drawStillLife({ geometry, set, seed });
      assert.ok(pieces.length >= 3 && pieces.length <= 6);
      const distances = pieces.map(({ distance }) => distance);
      assert.deepEqual(
        distances,
        distances.toSorted((one, other) => other - one),
        'from back to front',
      );
      assert.ok((distances[0] ?? 0) - (distances.at(-1) ?? 0) > 0.15);
      for (const piece of pieces) {
        assert.ok(Math.abs(piece.y - rowAtDistance(geometry, piece.distance)) < 1e-6, 'stands on the floor');
        const { left, right, top } = solidPart(piece);
        assert.ok(left > 0 && right < size.width && top > 0, JSON.stringify({ seed, left, right, top }));
      }
    }
  });

test('arranges other pieces for another seed, and the same for the same', () => {
  const geometry = geometryOf({ width: 320, height: 180 });
  const layout = (seed: number) =>
    drawStillLife({ geometry, set, seed }).map(({ x, y, bitmap }) => [x, y, bitmap.width, bitmap.height]);
  assert.deepEqual(layout(4), layout(4));
  const different = new Set([1, 2, 3, 4, 5, 6].map((seed) => JSON.stringify(layout(seed).map(([, y]) => y))));
  assert.ok(different.size >= 3, `${different.size} arrangements`);
});

test('lets each piece end softly: no opaque pixel touches the rim of its bitmap', () => {
  for (const { bitmap } of drawStillLife({
    geometry: geometryOf({ width: 320, height: 180 }),
    set,
    seed: 1,
  })) {
    const { width, height, data } = bitmap;
    for (let x = 0; x < width; x++) {
      assert.ok((data[x * 4 + 3] ?? 0) < 8);
      assert.ok((data[((height - 1) * width + x) * 4 + 3] ?? 0) < 8);
    }
    for (let y = 0; y < height; y++) {
      assert.ok((data[y * width * 4 + 3] ?? 0) < 8);
      assert.ok((data[(y * width + width - 1) * 4 + 3] ?? 0) < 8);
    }
  }
});

/** Where the opaque part of a piece is in the frame. */
function solidPart(piece: ReturnType<typeof drawStillLife>[number]) {
  const { bitmap, anchorX, anchorY, x, y, scale } = piece;
  const part = { left: Number.POSITIVE_INFINITY, right: 0, top: Number.POSITIVE_INFINITY };
  for (let row = 0; row < bitmap.height; row++)
    for (let column = 0; column < bitmap.width; column++) {
      if ((bitmap.data[(row * bitmap.width + column) * 4 + 3] ?? 0) < 255) continue;
      part.left = Math.min(part.left, x + (column - anchorX) * scale);
      part.right = Math.max(part.right, x + (column + 1 - anchorX) * scale);
      part.top = Math.min(part.top, y + (row - anchorY) * scale);
    }
  return part;
}
