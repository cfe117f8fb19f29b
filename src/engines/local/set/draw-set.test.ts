import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { lights, type StudioSet, setStyles, surfaces } from '../../../domain/storyboard.ts';
import type { StageBitmap } from '../render/layer.ts';
import { drawSet } from './draw-set.ts';
import { geometryOf } from './geometry.ts';
import { distanceAtRow, rowAtDistance } from './ground.ts';
import type { Plate } from './plates.ts';
import { paintWall } from './wall.ts';

const geometry = geometryOf({ width: 640, height: 360 });
const base: StudioSet = {
  style: 'studio',
  surface: 'seamless',
  light: 'soft',
  lightFrom: 'left',
  wall: '#b9c4c9',
  accent: '#a8694c',
  feature: 'none',
  plinth: 'none',
  foreground: 'none',
};
const draw = (set: Partial<StudioSet>, seed = 5) =>
  drawSet({ set: { ...base, ...set }, geometry, wall: set.wall ?? base.wall, blur: 0.3, seed });

test('paints the same bytes for the same seed, and others for another', () => {
  const bytes = (seed: number) => {
    const { wall, floor } = draw({ surface: 'marble', light: 'golden_hour' }, seed);
    const hash = createHash('sha256').update(wall.bitmap.data).update(floor.bitmap.data);
    return hash.digest('hex');
  };
  assert.equal(bytes(5), bytes(5));
  assert.notEqual(bytes(5), bytes(6));
});

for (const size of [
  { width: 640, height: 360 },
  { width: 360, height: 640 },
  { width: 480, height: 480 },
])
  test(`covers a ${size.width}x${size.height} frame with room for the camera on every side`, () => {
    const space = geometryOf(size);
    const { wall, floor } = drawSet({ set: base, geometry: space, wall: base.wall, blur: 0.3, seed: 1 });
    const short = space.short;
    const edges = edgesOf(wall);
    // Pulled back to 85 %, shifted by 0.22 short sides at the wall's distance and panned by 0.3.
    const across = space.width / 2 / 0.85 + (0.22 / space.wallDistance + 0.3) * short;
    assert.ok(space.width / 2 - edges.left >= across && edges.right - space.width / 2 >= across);
    assert.ok(edges.top <= -0.1 * short && edges.bottom >= space.height + 0.1 * short);
    assert.ok(Math.abs(floor.topY - space.seamY) < 1e-9);
    assert.ok(floor.bottomY > space.height * 1.25);
    assert.ok(edgesOf(floor).left <= space.width / 2 - across);
  });

test('leaves no hole: the wall is opaque everywhere, the floor from the subject to the front', () => {
  const { wall, floor } = draw({});
  for (let at = 3; at < wall.bitmap.data.length; at += 4) assert.equal(wall.bitmap.data[at], 255);
  const subjectRow = Math.floor((geometry.standY - floor.topY) / floor.scale);
  for (let row = subjectRow; row < floor.bitmap.height; row++)
    assert.equal(floor.bitmap.data[row * floor.bitmap.width * 4 + 3], 255);
});

test('lets paper fade into the wall, and ends a marble slab in a line', () => {
  const rise = ({ bitmap, scale }: Plate) => {
    let row = 0;
    while (row < bitmap.height && (bitmap.data[row * bitmap.width * 4 + 3] ?? 0) < 240) row++;
    return row * scale;
  };
  assert.ok(rise(draw({ surface: 'seamless' }).floor) > geometry.short * 0.08);
  assert.ok(rise(draw({ surface: 'marble' }).floor) < geometry.short * 0.025);
});

test('meets the wall at the row where the ground is as far as the wall', () => {
  assert.ok(Math.abs(rowAtDistance(geometry, geometry.wallDistance) - geometry.seamY) < 1e-9);
  assert.ok(Math.abs(distanceAtRow(geometry, geometry.standY) - 1) < 1e-9);
});

for (const light of ['soft', 'golden_hour', 'moonlight'] as const)
  test(`lights the wall from the side it is told, in ${light} light`, () => {
    for (const lightFrom of ['left', 'right'] as const) {
      const { bitmap } = draw({ light, lightFrom }).wall;
      const left = meanOf(bitmap, { from: 0.15, to: 0.45, top: 0.2, bottom: 0.5 });
      const right = meanOf(bitmap, { from: 0.55, to: 0.85, top: 0.2, bottom: 0.5 });
      assert.ok(lightFrom === 'left' ? left > right + 1 : right > left + 1, `${lightFrom}: ${left} ${right}`);
    }
  });

test('shows the colour it was given behind the subject in soft light', () => {
  const { bitmap } = draw({}).wall;
  const mean = meanOf(bitmap, { from: 0.45, to: 0.55, top: 0.3, bottom: 0.45 });
  const wanted = (0xb9 + 0xc4 + 0xc9) / 3;
  assert.ok(Math.abs(mean - wanted) < 12, `${mean} for ${wanted}`);
});

test('makes high key nearly white and low key nearly black, whatever the wall', () => {
  const whole = { from: 0.2, to: 0.8, top: 0.2, bottom: 0.6 };
  assert.ok(meanOf(draw({ light: 'high_key', wall: '#6a7480' }).wall.bitmap, whole) > 215);
  assert.ok(meanOf(draw({ light: 'low_key' }).wall.bitmap, whole) < 70);
});

test('holds its gradients without bands: even in the dark no wide run of equal pixels', () => {
  for (const light of ['dramatic', 'low_key', 'soft'] as const) {
    const { bitmap } = draw({ light, wall: '#3c4654' }).wall;
    let longest = 0;
    for (let row = 0; row < bitmap.height; row += 7) longest = Math.max(longest, longestRun(bitmap, row));
    assert.ok(longest < 16, `${light}: ${longest} equal pixels in a row`);
  }
});

test('paints light of real numbers for every style and light, on black and on white walls', () => {
  for (const style of setStyles)
    for (const light of lights)
      for (const wall of ['#000000', '#ffffff']) {
        const set = { ...base, style, light, wall, feature: 'arch' as const };
        const small = geometryOf({ width: 160, height: 90 });
        const { red, green, blue } = paintWall({ set, geometry: small, wall, blur: 0.4, seed: 3 });
        for (const plane of [red, green, blue])
          assert.ok(
            plane.every((value) => value >= 0 && value < 20),
            `${style} ${light} ${wall}`,
          );
      }
});

test('paints every surface in its own way', () => {
  const looks = surfaces.map((surface) => {
    const { bitmap } = draw({ surface }).floor;
    return createHash('sha256').update(bitmap.data).digest('hex');
  });
  assert.equal(new Set(looks).size, surfaces.length);
});

test('draws the far boards of a wooden floor closer together than the near ones', () => {
  const { bitmap, topY, scale } = draw({ surface: 'wood' }).floor;
  const gaps = darkRows(bitmap).map((row) => topY + row * scale);
  assert.ok(gaps.length >= 3, `${gaps.length} gaps`);
  // On the ground they are one board apart.
  const depths = gaps.map((y) => distanceAtRow(geometry, y));
  const steps = depths.slice(1).map((depth, index) => (depths[index] ?? 0) - depth);
  const board = Math.min(...steps);
  for (const step of steps) {
    const boards = step / board;
    assert.ok(Math.abs(boards - Math.round(boards)) < 0.17, `${boards} boards between two gaps`);
  }
});

test('keeps the lights before the lens away from the middle of the frame', () => {
  const { foreground } = draw({ foreground: 'bokeh' });
  assert.ok(foreground.length > 3);
  for (const { bitmap, x, scale, distance, blend } of foreground) {
    assert.ok(Math.abs(x - geometry.width / 2) - (bitmap.width * scale) / 2 > geometry.width * 0.2);
    assert.ok(distance >= 0.5 && distance <= 0.7);
    assert.equal(blend, 'screen');
  }
  assert.equal(draw({}).foreground.length, 0);
});

test('has the floor in focus where the subject stands, and out of it behind', () => {
  const set: StudioSet = { ...base, surface: 'marble' };
  const details = [0, 1].map((blur) => {
    const { bitmap, topY, scale } = drawSet({ set, geometry, wall: base.wall, blur, seed: 5 }).floor;
    return (distance: number) =>
      detailIn(bitmap, Math.round((rowAtDistance(geometry, distance) - topY) / scale));
  });
  const kept = (distance: number) => (details[1]?.(distance) ?? 0) / (details[0]?.(distance) ?? 0);
  assert.ok(kept(1) > 0.95, `${kept(1)} beside the subject`);
  assert.ok(kept(1.8) < 0.5, `${kept(1.8)} behind it`);
});

test('throws two colours with neon, one from each side', () => {
  const { bitmap } = draw({ light: 'neon', accent: '#d0488f', wall: '#2b2e44' }).wall;
  const at = (share: number) => {
    const index = (Math.floor(bitmap.height * 0.4) * bitmap.width + Math.floor(bitmap.width * share)) * 4;
    return { red: bitmap.data[index] ?? 0, blue: bitmap.data[index + 2] ?? 0 };
  };
  const near = at(0.1);
  const far = at(0.9);
  assert.ok(near.red > far.red + 20 && far.blue > far.red + 30, JSON.stringify({ near, far }));
});

function edgesOf({ bitmap, x, y, scale }: Plate) {
  const across = (bitmap.width * scale) / 2;
  const down = (bitmap.height * scale) / 2;
  return { left: x - across, right: x + across, top: y - down, bottom: y + down };
}

/** The mean byte of a part of a bitmap, given in shares of its size. */
function meanOf(
  { width, height, data }: StageBitmap,
  part: { from: number; to: number; top: number; bottom: number },
): number {
  let sum = 0;
  let count = 0;
  for (let y = Math.floor(height * part.top); y < height * part.bottom; y++)
    for (let x = Math.floor(width * part.from); x < width * part.to; x++) {
      const at = (y * width + x) * 4;
      sum += ((data[at] ?? 0) + (data[at + 1] ?? 0) + (data[at + 2] ?? 0)) / 3;
      count++;
    }
  return sum / count;
}

function longestRun({ width, data }: StageBitmap, row: number): number {
  let longest = 0;
  let run = 0;
  for (let x = 1; x < width; x++) {
    const at = (row * width + x) * 4;
    const same = [0, 1, 2].every((channel) => data[at + channel] === data[at + channel - 4]);
    // Pure black is no step of a gradient.
    run = same && (data[at + 1] ?? 0) > 1 ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

/** Steps between neighbouring pixels that are none of the picture's. */
const dither = 2;

/** How much neighbouring pixels of a row differ, summed. */
function detailIn({ width, data }: StageBitmap, row: number): number {
  let sum = 0;
  for (let x = 1; x < width; x++) {
    const at = (row * width + x) * 4;
    sum += Math.max(0, Math.abs((data[at + 1] ?? 0) - (data[at - 3] ?? 0)) - dither);
  }
  return sum;
}

/** Rows that are clearly darker than those around them, on the whole. */
function darkRows({ width, height, data }: StageBitmap): number[] {
  const means = Array.from({ length: height }, (_, y) => {
    let sum = 0;
    for (let x = 0; x < width; x++) sum += data[(y * width + x) * 4 + 1] ?? 0;
    return sum / width;
  });
  const dark: number[] = [];
  for (let y = 12; y < height - 12; y++) {
    const around = Math.max(means[y - 5] ?? 0, means[y - 6] ?? 0, means[y + 5] ?? 0, means[y + 6] ?? 0);
    const here = means[y] ?? 0;
    const isLeast = means.slice(y - 5, y + 6).every((other) => here <= other);
    if (isLeast && here < around * 0.86) dark.push(y);
  }
  return dark;
}
