import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  maskOf,
  overlapOf,
  photoOf,
  pictureAt,
  products,
  views,
} from '../../../../test/fixtures/product-photos.ts';
import type { Bitmap } from '../../../media/media.ts';
import { seededRandom } from '../random.ts';
import { cutOut, type Matte, trustworthy } from './matte.ts';

const mattes = new Map<string, Promise<Matte>>();

/** Cut out once for all tests that look at it. */
function matteOf(sku: string, view: number, side: number): Promise<Matte> {
  const name = `${sku} ${view} ${side}`;
  const known = mattes.get(name) ?? photoOf(sku, view, side).then(cutOut);
  mattes.set(name, known);
  return known;
}

for (const sku of products)
  test(`cuts all five views of ${sku} out as their true masks do, and trusts what can be seen`, async () => {
    for (const view of views) {
      const matte = await matteOf(sku, view, 1024);
      const overlap = overlapOf(matte.cutOut, await maskOf(sku, view, 1024));
      assert.ok(overlap >= 0.97, `view ${view} overlaps by ${overlap}`);
      // Enlarged, the clear wall of its glass cannot be told from the paper: the photo is shown instead.
      const isGuessed = sku === 'CNDL-06' && view === 5;
      assert.equal(
        matte.confidence > trustworthy,
        !isGuessed,
        `view ${view} has confidence ${matte.confidence}`,
      );
    }
  });

test('gives the same matte for the same photo', async () => {
  const photo = await photoOf('HEAD-05', 2, 512);
  const [one, other] = [cutOut(photo), cutOut({ ...photo, data: Buffer.from(photo.data) })];
  assert.ok(one.cutOut.data.equals(other.cutOut.data));
  assert.deepEqual(one.shadow, other.shadow);
  assert.equal(one.confidence, other.confidence);
});

test('opens the handle, the strap, the band and a slit', async () => {
  for (const [sku, view, x, y] of [
    ['MUG-01', 2, 0.29, 0.48],
    ['BOTL-03', 1, 0.5, 0.15],
    ['HEAD-05', 1, 0.5, 0.5],
    // Between the pole of a lamp and its shade, which colours the white beside it.
    ['LAMP-04', 4, 0.415, 0.355],
  ] as const) {
    const { cutOut: found } = await matteOf(sku, view, 1024);
    const at = Math.round(y * found.height) * found.width + Math.round(x * found.width);
    assert.equal(found.data[at * 4 + 3], 0, `${sku} is closed at ${x}, ${y}`);
  }
});

test('keeps clear glass, whose inside looks like the ground, closed', async () => {
  const { cutOut: found } = await matteOf('CNDL-06', 1, 1024);
  for (const [x, y] of [
    [400, 210],
    [300, 270],
    [400, 790],
  ] as const)
    assert.equal(found.data[(y * found.width + x) * 4 + 3], 255, `open at ${x}, ${y}`);
});

test('gives a clear rim, whose outline nobody can see, no teeth', async () => {
  const { cutOut: found } = await matteOf('CNDL-06', 1, 1024);
  const topAt = (x: number) => {
    for (let y = 0; y < found.height; y++)
      if ((found.data[(y * found.width + x) * 4 + 3] ?? 0) > 127) return y;
    return found.height;
  };
  // The far side of the rim is a shallow arch.
  const tops = Array.from({ length: 25 }, (_, n) => topAt(300 + n * 8));
  const steps = tops.slice(1).map((top, n) => Math.abs(top - (tops[n] ?? 0)));
  assert.ok(Math.max(...steps) <= 5, `it runs at ${tops.join(', ')}`);
});

test('leaves none of the white ground in the colour of the edge', async () => {
  const { cutOut: mug } = await matteOf('MUG-01', 3, 512);
  let edge = 0;
  let pale = 0;
  for (let at = 0; at < mug.data.length; at += 4) {
    const alpha = mug.data[at + 3] ?? 0;
    if (alpha === 0 || alpha === 255) continue;
    edge++;
    if (Math.min(mug.data[at] ?? 0, mug.data[at + 1] ?? 0, mug.data[at + 2] ?? 0) > 225) pale++;
  }
  assert.ok(edge > 300, `a soft edge, but only ${edge} pixels are part clear`);
  assert.ok(pale / edge < 0.05, `${pale} of ${edge} edge pixels are nearly white`);
});

test('finds the shadow beside the foot and none at the top of the photo', async () => {
  const { cutOut: mug, shadow, box } = await matteOf('MUG-01', 3, 512);
  const rowMost = (y: number) => Math.max(...shadow.subarray(y * mug.width, (y + 1) * mug.width));
  assert.ok(rowMost(box.bottom - 6) > 20);
  assert.ok(rowMost(10) < 8);
});

test('does not trust a cut-out from a furnished scene', async () => {
  for (const name of ['1-terracotta', '2-sand', '3-green']) {
    const { confidence } = cutOut(await pictureAt(`examples/halden/brand/halden-style-${name}.jpg`, 1024));
    assert.ok(confidence < trustworthy, `${name} has confidence ${confidence}`);
  }
});

test('does not trust a cut-out from noise, from a pattern or from nothing at all', () => {
  const random = seededRandom(5, 'noise');
  const tiled = (x: number, y: number) => (((x >> 3) + (y >> 3)) % 2 === 0 ? 40 + (x % 90) : 230 - (y % 90));
  for (const value of [() => random() * 255, tiled, () => 240]) {
    const { confidence } = cutOut(drawn(200, value));
    assert.ok(confidence < trustworthy, `confidence ${confidence}`);
  }
});

function drawn(side: number, value: (x: number, y: number) => number): Bitmap {
  const data = Buffer.alloc(side * side * 4);
  for (let index = 0; index < side * side; index++) {
    const grey = value(index % side, Math.floor(index / side));
    data.set([grey, 255 - grey, grey, 255], index * 4);
  }
  return { width: side, height: side, data };
}
