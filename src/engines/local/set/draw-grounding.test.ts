import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { StudioSet } from '../../../domain/storyboard.ts';
import { createMedia } from '../../../media/create-media.ts';
import { cutOut } from '../understand/matte.ts';
import type { CutOut } from './cut-out.ts';
import { drawGrounding } from './draw-grounding.ts';
import { geometryOf } from './geometry.ts';
import type { GroundingBitmap } from './plates.ts';

const geometry = geometryOf({ width: 1280, height: 720 });
const base: StudioSet = {
  style: 'studio',
  surface: 'seamless',
  light: 'dramatic',
  lightFrom: 'left',
  wall: '#c9c2b8',
  accent: '#a8694c',
  feature: 'none',
  plinth: 'none',
  foreground: 'none',
};
/** A post: 80 wide, 300 high, with clear pixels around it. */
const post = boxed({ width: 120, height: 330, left: 20, top: 10, right: 100, bottom: 310 });

test('anchors shadow and mirror at the middle of the lowest opaque row', () => {
  const { shadow, mirror } = drawGrounding({ product: post, set: { ...base, surface: 'glossy' }, geometry });
  const darkest = densest(shadow);
  assert.ok(Math.abs((darkest.x - shadow.anchorX) * shadow.scale) < 60, `${darkest.x}`);
  assert.ok(Math.abs((darkest.y - shadow.anchorY) * shadow.scale) < 16, `${darkest.y}`);
  assert.ok(mirror !== undefined);
  assert.equal(mirror.anchorX * 2, mirror.bitmap.width);
});

for (const lightFrom of ['left', 'right'] as const)
  test(`throws the shadow away from a lamp on the ${lightFrom}`, () => {
    const { shadow } = drawGrounding({ product: post, set: { ...base, lightFrom }, geometry });
    const beside = (side: number) => densityAt(shadow, { x: side * 110, y: 12 });
    const away = lightFrom === 'left' ? 1 : -1;
    assert.ok(beside(away) > beside(-away) + 20, `${beside(away)} against ${beside(-away)}`);
  });

test('grows paler with the distance from the foot, and has ended where the bitmap ends', () => {
  const { shadow } = drawGrounding({ product: post, set: base, geometry });
  const near = densityAt(shadow, { x: 46, y: 0 });
  const far = densityAt(shadow, { x: 150, y: 20 });
  assert.ok(near > far + 30, `${near} against ${far}`);
  const { width, height, data } = shadow.bitmap;
  for (let x = 0; x < width; x++) {
    assert.equal(data[x * 4 + 3], 0);
    assert.equal(data[((height - 1) * width + x) * 4 + 3], 0);
  }
});

test('mirrors most in acrylic, hardly in stone and not at all in sand', () => {
  const strength = (surface: StudioSet['surface']) => {
    const { mirror } = drawGrounding({ product: post, set: { ...base, surface }, geometry });
    return mirror === undefined ? 0 : densityAt(mirror, { x: 0, y: 24 });
  };
  const given = { glossy: strength('glossy'), marble: strength('marble'), stone: strength('stone') };
  assert.ok(
    given.glossy > given.marble && given.marble > given.stone && given.stone > 0,
    JSON.stringify(given),
  );
  assert.ok(given.glossy > 0.24 * 255 && given.glossy <= 0.36 * 255, `${given.glossy}`);
  assert.equal(strength('sand'), 0);
});

test('fades the mirror with the distance from the foot', () => {
  const { mirror } = drawGrounding({ product: post, set: { ...base, surface: 'glossy' }, geometry });
  assert.ok(mirror !== undefined);
  const densities = [20, 80, 150].map((y) => densityAt(mirror, { x: 0, y }));
  assert.deepEqual(
    densities,
    densities.toSorted((one, other) => other - one),
  );
  assert.ok((densities[0] ?? 0) > 3 * (densities[2] ?? 0));
});

test('keeps the shadow on the top of a plinth, and mirrors nothing in it', () => {
  const { shadow, mirror } = drawGrounding({
    product: post,
    set: { ...base, surface: 'glossy', plinth: 'round' },
    geometry,
  });
  assert.equal(mirror, undefined);
  assert.ok(densityAt(shadow, { x: 0, y: 0 }) > 60);
  assert.equal(densityAt(shadow, { x: 110, y: 0 }), 0);
});

test("keeps the photo's own shadow where there is one", async () => {
  const photo = await createMedia().decodeImage(
    fileURLToPath(new URL('../../../../test/fixtures/local/mug.jpg', import.meta.url)),
    { maxSide: 512 },
  );
  const matte = cutOut(photo);
  const { box } = matte;
  const product = cropped(matte.cutOut, box);
  const set: StudioSet = { ...base, light: 'high_key' };
  const ownShadow = { shade: matte.shadow, width: photo.width, height: photo.height, box };
  const without = total(drawGrounding({ product, set, geometry }).shadow);
  const withOwn = total(drawGrounding({ product, ownShadow, set, geometry }).shadow);
  assert.ok(withOwn > without * 1.02, `${withOwn} against ${without}`);
});

test("runs the photo's own shadow on under the product, where the photo hides it", () => {
  // A broad shadow, known everywhere but where the post and its soft edge hide it.
  const [width, height] = [400, 400];
  const box = { left: 160, top: 30, right: 240, bottom: 330 };
  const shade = new Uint8Array(width * height);
  for (let y = 300; y < 360; y++)
    for (let x = 60; x < 340; x++) if (x < 156 || x > 244 || y > 334) shade[y * width + x] = 120;
  const product = cropped(boxed({ width, height, ...box }), box);
  const { shadow } = drawGrounding({
    product,
    ownShadow: { shade, width, height, box },
    set: base,
    geometry,
  });
  const plain = drawGrounding({ product, set: base, geometry }).shadow;
  for (const x of [-36, -20, 0, 20, 36]) {
    const gained = densityAt(shadow, { x, y: -12 }) - 0.6 * densityAt(plain, { x, y: -12 });
    assert.ok(gained > 40, `only ${gained} more at ${x}`);
  }
});

function boxed(options: {
  width: number;
  height: number;
  left: number;
  top: number;
  right: number;
  bottom: number;
}): CutOut {
  const { width, height, left, top, right, bottom } = options;
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) data.set([180, 60, 40, 255], (y * width + x) * 4);
  return { width, height, data };
}

function cropped(
  { width, data }: CutOut,
  box: { left: number; top: number; right: number; bottom: number },
): CutOut {
  const rows: number[] = [];
  for (let y = box.top; y < box.bottom; y++)
    rows.push(...data.subarray((y * width + box.left) * 4, (y * width + box.right) * 4));
  return { width: box.right - box.left, height: box.bottom - box.top, data: Uint8ClampedArray.from(rows) };
}

/** The alpha at a place in product pixels from the anchor. */
function densityAt(
  { bitmap, anchorX, anchorY, scale }: GroundingBitmap,
  at: { x: number; y: number },
): number {
  const x = Math.floor(anchorX + at.x / scale);
  const y = Math.floor(anchorY + at.y / scale);
  return bitmap.data[(y * bitmap.width + x) * 4 + 3] ?? 0;
}

function densest({ bitmap }: GroundingBitmap): { x: number; y: number } {
  let best = 0;
  for (let index = 0; index < bitmap.width * bitmap.height; index++)
    if ((bitmap.data[index * 4 + 3] ?? 0) > (bitmap.data[best * 4 + 3] ?? 0)) best = index;
  return { x: best % bitmap.width, y: Math.floor(best / bitmap.width) };
}

function total({ bitmap }: GroundingBitmap): number {
  let sum = 0;
  for (let at = 3; at < bitmap.data.length; at += 4) sum += bitmap.data[at] ?? 0;
  return sum;
}
