import assert from 'node:assert/strict';
import { test } from 'node:test';
import { composite, type GroundName, loosen } from '../../../../test/fixtures/composites.ts';
import { maskOf, overlapOf, photoOf } from '../../../../test/fixtures/product-photos.ts';
import { cutOut } from './matte.ts';

/**
 * The hardest of the 150 composites, and some of each ground; `node scripts/measure-mattes.ts` measures all. There are
 * glass, a bottle of the ground's own grey, a close-up that cuts the ground into parts, pale headphones on their own
 * colour, and the shaded holes of handles and of the lamp on grainy paper.
 */
const composites: [sku: string, view: number, grounds: GroundName[]][] = [
  ['BOTL-03', 1, ['a mid-tone gradient', 'vignetted paper']],
  ['BOTL-03', 4, ['light grey', 'cream']],
  ['BOTL-03', 5, ['light grey', 'vignetted paper']],
  ['CNDL-06', 3, ['pale blue', 'a mid-tone gradient']],
  ['HEAD-05', 1, ['cream', 'vignetted paper']],
  ['HEAD-05', 2, ['vignetted paper']],
  ['HEAD-05', 3, ['light grey', 'cream', 'pale blue', 'a mid-tone gradient', 'vignetted paper']],
  ['LAMP-04', 2, ['vignetted paper']],
  ['LAMP-04', 4, ['cream', 'vignetted paper']],
  ['MUG-01', 2, ['pale blue', 'vignetted paper']],
  ['MUG-01', 3, ['vignetted paper']],
  ['PERF-02', 2, ['light grey', 'a mid-tone gradient']],
];

for (const [sku, view, grounds] of composites)
  test(`cuts view ${view} of ${sku} out of ${grounds.join(', ')}, with a shadow and JPEG noise`, async () => {
    const mask = await maskOf(sku, view, 1024);
    const loose = loosen(await photoOf(sku, view, 1024), mask);
    for (const ground of grounds) {
      const overlap = overlapOf(cutOut(await composite(loose, ground)).cutOut, mask);
      assert.ok(overlap >= 0.95, `on ${ground} it overlaps by ${overlap}`);
    }
  });

test('opens the sliver of a gap that a turned handle leaves', async () => {
  const loose = loosen(await photoOf('MUG-01', 4, 1024), await maskOf('MUG-01', 4, 1024));
  for (const ground of ['light grey', 'cream'] as const) {
    const { cutOut: found } = cutOut(await composite(loose, ground));
    assert.equal(found.data[(430 * found.width + 755) * 4 + 3], 0, `it is closed on ${ground}`);
  }
});
