import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Bitmap } from '../../../media/media.ts';
import { distance, hexOfOklab, oklabOfHex, oklabOfRgb } from './oklab.ts';
import { paletteOf } from './palette.ts';

/** Upright bands of plain colour; `widths` are shares of the picture. */
function bands(colours: readonly [number, number, number, number][], widths: readonly number[]): Bitmap {
  const side = 120;
  const data = Buffer.alloc(side * side * 4);
  const edges = widths.map((_, index) => widths.slice(0, index + 1).reduce((sum, width) => sum + width, 0));
  for (let index = 0; index < side * side; index++) {
    const across = (index % side) / side;
    const band = edges.findIndex((edge) => across < edge - 1e-9);
    data.set(colours[band] ?? [0, 0, 0, 0], index * 4);
  }
  return { width: side, height: side, data };
}

test('lists the colours of a picture with their shares, the most common first', () => {
  const palette = paletteOf(
    bands(
      [
        [200, 80, 50, 255],
        [30, 90, 70, 255],
        [240, 230, 200, 255],
      ],
      [0.25, 0.5, 0.25],
    ),
  );
  assert.equal(palette.length, 3);
  assert.ok(distance(palette[0]?.colour ?? oklabOfRgb(0, 0, 0), oklabOfRgb(30, 90, 70)) < 0.01);
  assert.ok(Math.abs((palette[0]?.share ?? 0) - 0.5) < 0.03);
});

test('does not count clear pixels', () => {
  const palette = paletteOf(
    bands(
      [
        [255, 0, 0, 0],
        [20, 40, 200, 255],
      ],
      [0.8, 0.2],
    ),
  );
  assert.equal(palette.length, 1);
  assert.equal(palette[0]?.share, 1);
});

test('answers with nothing for a wholly clear picture', () => {
  assert.deepEqual(paletteOf(bands([[9, 9, 9, 0]], [1])), []);
});

test('brings every sRGB colour back from OKLab', () => {
  for (const hex of ['#000000', '#ffffff', '#b5532f', '#3e5542', '#0000ff', '#7f8081'])
    assert.equal(hexOfOklab(oklabOfHex(hex)), hex);
});
