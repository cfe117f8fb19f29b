import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKernel, type Surface } from '../kernel/kernel.ts';
import { drawYawed } from './draw-yawed.ts';

const size = 240;
const box = { left: 60, right: 140, top: 20, bottom: 180 };

/** A white card on nothing, its foot in the middle of the frame's lower part, turned by a share of the way. */
function cardAt(share: number) {
  const kernel = createKernel();
  const frame = kernel.surface(size, size);
  const data = new Uint8Array(200 * 200 * 4);
  for (let y = box.top; y < box.bottom; y++)
    for (let x = box.left; x < box.right; x++) data.fill(255, (y * 200 + x) * 4, (y * 200 + x) * 4 + 4);
  const picture = kernel.load({ width: 200, height: 200, data });
  drawYawed({
    kernel,
    frame,
    picture,
    given: { bitmap: 0, anchorX: 100, anchorY: box.bottom, scale: 1 },
    seen: { x: 120, y: 200, scale: 1 },
    share,
  });
  return shapeOf(kernel.pixels(frame), frame);
}

function shapeOf(pixels: Uint8Array, { width, height }: Surface) {
  const heights = Array.from({ length: width }, (_, x) => {
    let sum = 0;
    for (let y = 0; y < height; y++) sum += (pixels[(y * width + x) * 4] ?? 0) / 255;
    return sum;
  });
  const seen = heights.flatMap((tall, x) => (tall > 1 ? [x] : []));
  const [left = 0, right = 0] = [seen[0], seen.at(-1)];
  return { width: right - left + 1, left: heights[left + 2] ?? 0, right: heights[right - 2] ?? 0 };
}

test('shows the photo as it is half-way', () => {
  const { width, left, right } = cardAt(0.5);
  assert.equal(width, box.right - box.left);
  assert.ok(Math.abs(left - 160) < 0.5 && Math.abs(right - 160) < 0.5);
});

test('turns one side away and then the other, growing on the side that comes nearer', () => {
  const [first, last] = [cardAt(0), cardAt(1)];
  // A card 80 wide at 8 degrees, seen from three heights of the picture: half of it is 40 sin(8°) = 5.6 nearer of 600.
  for (const { width } of [first, last])
    assert.ok(Math.abs(width - 80 * Math.cos((8 * Math.PI) / 180)) <= 1.5);
  assert.ok(first.right / first.left > 1.012 && first.right / first.left < 1.025);
  assert.ok(Math.abs(first.right - last.left) < 0.6 && Math.abs(first.left - last.right) < 0.6);
});
