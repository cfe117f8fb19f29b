import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { createMedia } from '../../../media/create-media.ts';
import type { Bitmap } from '../../../media/media.ts';
import { seededRandom } from '../random.ts';
import { blurPlane } from './blur.ts';
import { cutOut, trustworthy } from './matte.ts';

const media = createMedia();
const root = new URL('../../../../', import.meta.url);
const read = (path: string, maxSide: number) =>
  media.decodeImage(fileURLToPath(new URL(path, root)), { maxSide });
const photo = (sku: string, view: number, maxSide: number) =>
  read(`examples/halden/products/${sku}/${view}.jpg`, maxSide);
/** Photos and masks are 1280 wide, so that a mask's own size never has to be known. */
const truth = async (sku: string, view: number, maxSide: number) =>
  shrunk(await read(`test/fixtures/local/products/${sku}/mask-${view}.png`, 1280), maxSide);

const products = ['BOTL-03', 'CNDL-06', 'HEAD-05', 'LAMP-04', 'MUG-01', 'PERF-02'];

for (const sku of products)
  test(`cuts all five views of ${sku} out as their true masks do, and trusts them`, async () => {
    for (const view of [1, 2, 3, 4, 5]) {
      const matte = cutOut(await photo(sku, view, 1024));
      const overlap = overlapOf(matte.cutOut, await truth(sku, view, 1024));
      assert.ok(overlap >= 0.97, `view ${view} overlaps by ${overlap}`);
      assert.ok(matte.confidence > trustworthy, `view ${view} has confidence ${matte.confidence}`);
    }
  });

type Rgb = [red: number, green: number, blue: number];
const mix = (from: Rgb, to: Rgb, share: number): Rgb => [
  from[0] + (to[0] - from[0]) * share,
  from[1] + (to[1] - from[1]) * share,
  from[2] + (to[2] - from[2]) * share,
];
const fromCentre = (u: number, v: number) => 2 * ((u - 0.5) ** 2 + (v - 0.5) ** 2);

/** Five grounds, by the place in the photo (0 to 1) and a grain around 0. */
const grounds: Record<string, (u: number, v: number, grain: number) => Rgb> = {
  'light grey': () => [220, 220, 220],
  cream: () => [243, 234, 216],
  'pale blue': () => [213, 227, 239],
  'a mid-tone gradient': (u, v) => mix([143, 138, 134], [194, 188, 180], (u + v) / 2),
  'vignetted paper': (u, v, grain) => {
    const [red, green, blue] = mix([236, 231, 221], [212, 205, 192], fromCentre(u, v));
    return [red + grain * 3, green + grain * 3, blue + grain * 3];
  },
};

for (const [name, ground] of Object.entries(grounds))
  test(`cuts the products out of ${name} with a shadow and JPEG noise`, async () => {
    for (const [sku, view] of compositeViews) {
      const mask = await truth(sku, view, 1024);
      const matte = cutOut(await composite({ photo: await photo(sku, view, 1024), mask, ground }));
      const overlap = overlapOf(matte.cutOut, mask);
      assert.ok(overlap >= 0.95, `${sku} view ${view} overlaps by ${overlap}`);
    }
  });

// Glass, a bottle of the ground's own grey, and a close-up that cuts the ground into parts. Not here: pale headphones
// (views 1 to 3) on cream and paper of their own colour; the shaded holes of lamp and mug (view 2) on this paper.
const compositeViews = [
  ['BOTL-03', 2],
  ['CNDL-06', 3],
  ['HEAD-05', 5],
  ['MUG-01', 1],
  ['PERF-02', 2],
] as const;

test('opens the handle, the strap and the band', async () => {
  for (const [sku, view, x, y] of [
    ['MUG-01', 2, 0.29, 0.48],
    ['BOTL-03', 1, 0.5, 0.15],
    ['HEAD-05', 1, 0.5, 0.5],
  ] as const) {
    const { cutOut: found } = cutOut(await photo(sku, view, 512));
    const at = Math.round(y * found.height) * found.width + Math.round(x * found.width);
    assert.equal(found.data[at * 4 + 3], 0, `${sku} is closed at ${x}, ${y}`);
  }
});

test('keeps clear glass, whose inside looks like the ground, closed', async () => {
  const { cutOut: found } = cutOut(await photo('CNDL-06', 1, 1024));
  for (const [x, y] of [
    [400, 210],
    [300, 270],
    [400, 790],
  ] as const)
    assert.equal(found.data[(y * found.width + x) * 4 + 3], 255, `open at ${x}, ${y}`);
});

test('leaves none of the white ground in the colour of the edge', async () => {
  const { cutOut: mug } = cutOut(await photo('MUG-01', 3, 512));
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
  const mug = await photo('MUG-01', 3, 512);
  const { shadow, box } = cutOut(mug);
  const rowMost = (y: number) => Math.max(...shadow.subarray(y * mug.width, (y + 1) * mug.width));
  assert.ok(rowMost(box.bottom - 6) > 20);
  assert.ok(rowMost(10) < 8);
});

test('does not trust a cut-out from a furnished scene', async () => {
  for (const name of ['1-terracotta', '2-sand', '3-green']) {
    const { confidence } = cutOut(await read(`examples/halden/brand/halden-style-${name}.jpg`, 1024));
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

/** Puts the true subject on another ground, with a soft shadow below and beside it, and stores it as a poor JPEG. */
async function composite(options: {
  photo: Bitmap;
  mask: Mask;
  ground: (u: number, v: number, grain: number) => Rgb;
}): Promise<Bitmap> {
  const { photo: source, mask, ground } = options;
  const { width, height } = mask;
  const own = withoutGround(source, mask);
  const contact = blurPlane(shifted(mask, 4, 9), width, height, { x: 10, y: 7 });
  const drop = blurPlane(shifted(mask, 28, 30), width, height, { x: 36, y: 30 });
  const random = seededRandom(11, 'grain');
  const data = Buffer.alloc(width * height * 4, 255);
  for (let index = 0; index < width * height; index++) {
    const grain = random() + random() + random() - 1.5;
    const colour = ground((index % width) / width, Math.floor(index / width) / height, grain);
    const light = 1 - 0.3 * (contact[index] ?? 0) - 0.22 * (drop[index] ?? 0);
    const alpha = mask.alpha[index] ?? 0;
    for (let channel = 0; channel < 3; channel++) {
      const behind = (colour[channel] ?? 0) * light;
      const mixed = behind + ((own[index * 4 + channel] ?? 0) - behind) * alpha;
      data[index * 4 + channel] = Math.min(255, Math.max(0, Math.round(mixed)));
    }
  }
  return asPoorJpeg({ width, height, data });
}

/** The photo with the subject's own colours drawn out over its edge, so that none of the old ground comes along. */
function withoutGround({ data, width }: Bitmap, { alpha }: Mask): Float32Array {
  const own = Float32Array.from(data);
  let solid = Uint8Array.from(alpha, (share) => (share > 0.97 ? 1 : 0));
  for (let round = 0; round < 4; round++) {
    const next = solid.slice();
    for (let index = 0; index < alpha.length; index++) {
      if (solid[index] === 1) continue;
      const near = [index - 1, index + 1, index - width, index + width].filter((at) => solid[at] === 1);
      for (let channel = 0; channel < 3 && near.length > 0; channel++)
        own[index * 4 + channel] =
          near.reduce((sum, at) => sum + (own[at * 4 + channel] ?? 0), 0) / near.length;
      if (near.length > 0) next[index] = 1;
    }
    solid = next;
  }
  return own;
}

function shifted({ alpha, width, height }: Mask, right: number, down: number): Float32Array {
  const moved = new Float32Array(alpha.length);
  for (let y = down; y < height; y++)
    for (let x = right; x < width; x++) moved[y * width + x] = alpha[(y - down) * width + x - right] ?? 0;
  return moved;
}

async function asPoorJpeg({ width, height, data }: Bitmap): Promise<Bitmap> {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  const pixels = context.createImageData(width, height);
  pixels.data.set(data);
  context.putImageData(pixels, 0, 0);
  context.drawImage(await loadImage(canvas.toBuffer('image/jpeg', 70)), 0, 0);
  return { width, height, data: Buffer.from(context.getImageData(0, 0, width, height).data) };
}

interface Mask {
  width: number;
  height: number;
  /** The subject's share of every pixel, 0 to 1. */
  alpha: Float32Array;
}

/** A grey mask resampled by area. */
function shrunk(mask: Bitmap, side: number): Mask {
  const step = mask.width / side;
  const alpha = new Float32Array(side * side);
  const share = (from: number, pixel: number) => Math.min(from + step, pixel + 1) - Math.max(from, pixel);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      let sum = 0;
      for (let row = Math.floor(y * step); row < (y + 1) * step; row++)
        for (let column = Math.floor(x * step); column < (x + 1) * step; column++)
          sum +=
            (mask.data[(row * mask.width + column) * 4] ?? 0) *
            share(y * step, row) *
            share(x * step, column);
      alpha[y * side + x] = sum / (step * step * 255);
    }
  return { width: side, height: side, alpha };
}

/** Intersection over union of two soft masks. */
function overlapOf(found: Bitmap, { alpha }: Mask): number {
  let both = 0;
  let either = 0;
  for (let index = 0; index < alpha.length; index++) {
    const share = (found.data[index * 4 + 3] ?? 0) / 255;
    both += Math.min(share, alpha[index] ?? 0);
    either += Math.max(share, alpha[index] ?? 0);
  }
  return both / either;
}
