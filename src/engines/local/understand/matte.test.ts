import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createMedia } from '../../../media/create-media.ts';
import type { Bitmap } from '../../../media/media.ts';
import { cutOut, trustworthy } from './matte.ts';

const media = createMedia();
const fixture = (name: string) =>
  fileURLToPath(new URL(`../../../../test/fixtures/local/${name}`, import.meta.url));
const read = (name: string) => media.decodeImage(fixture(name), { maxSide: 512 });

for (const [name, hole] of [
  // A point inside the mug's handle and one below the bottle's strap, as shares of the photo.
  ['mug', { x: 0.72, y: 0.45 }],
  ['bottle', { x: 0.5, y: 0.15 }],
] as const)
  test(`cuts the ${name} out as its true mask does, with its hole open`, async () => {
    const photo = await read(`${name}.jpg`);
    const matte = cutOut(photo);
    assert.ok(matte.confidence > trustworthy, `confidence ${matte.confidence}`);
    const overlap = overlapOf(matte.cutOut, await read(`${name}-mask.png`));
    assert.ok(overlap > 0.96, `overlap ${overlap}`);
    const at = Math.round(hole.y * photo.height) * photo.width + Math.round(hole.x * photo.width);
    assert.equal(matte.cutOut.data[at * 4 + 3], 0);
  });

test('leaves none of the white ground in the colour of the edge', async () => {
  const { cutOut: mug } = cutOut(await read('mug.jpg'));
  let edge = 0;
  let pale = 0;
  for (let at = 0; at < mug.data.length; at += 4) {
    const alpha = mug.data[at + 3] ?? 0;
    if (alpha === 0 || alpha === 255) continue;
    edge++;
    if (Math.min(mug.data[at] ?? 0, mug.data[at + 1] ?? 0, mug.data[at + 2] ?? 0) > 225) pale++;
  }
  assert.ok(edge > 300, `a soft edge, but only ${edge} pixels are part clear`);
  assert.ok(pale / edge < 0.03, `${pale} of ${edge} edge pixels are nearly white`);
});

test('finds the shadow beside the foot and none at the top of the photo', async () => {
  const photo = await read('mug.jpg');
  const { shadow, box } = cutOut(photo);
  const rowMost = (y: number) => Math.max(...shadow.subarray(y * photo.width, (y + 1) * photo.width));
  assert.ok(rowMost(box.bottom - 6) > 20);
  assert.ok(rowMost(10) < 8);
});

test('does not trust a cut-out from a photo without a plain ground', () => {
  const side = 200;
  const data = Buffer.alloc(side * side * 4);
  for (let index = 0; index < side * side; index++) {
    const x = index % side;
    const y = Math.floor(index / side);
    const value = ((x >> 3) + (y >> 3)) % 2 === 0 ? 40 + (x % 90) : 230 - (y % 90);
    data.set([value, 255 - value, (x * y) % 256, 255], index * 4);
  }
  assert.ok(cutOut({ width: side, height: side, data }).confidence < trustworthy);
});

/** Intersection over union of an alpha and a grey mask of any size. */
function overlapOf(alpha: Bitmap, mask: Bitmap): number {
  let both = 0;
  let either = 0;
  for (let y = 0; y < mask.height; y++)
    for (let x = 0; x < mask.width; x++) {
      const truth = (mask.data[(y * mask.width + x) * 4] ?? 0) / 255;
      const atX = Math.min(alpha.width - 1, Math.round(((x + 0.5) * alpha.width) / mask.width));
      const atY = Math.min(alpha.height - 1, Math.round(((y + 0.5) * alpha.height) / mask.height));
      const found = (alpha.data[(atY * alpha.width + atX) * 4 + 3] ?? 0) / 255;
      both += Math.min(truth, found);
      either += Math.max(truth, found);
    }
  return both / either;
}
