import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleShot } from '../../../../test/fixtures/sample-storyboard.ts';
import { longestSide, mostPixels } from '../../../media/limits.ts';
import { cardGap, frameGap, planGrid } from './plan-grid.ts';
import { contentWidth, stripWidth } from './strip-look.ts';

const sizes = { '16:9': [1280, 720], '9:16': [720, 1280], '1:1': [720, 720] } as const;

for (const [ratio, [width, height]] of Object.entries(sizes))
  for (const count of [1, 2, 3, 5, 7, 12, 30, 64])
    test(`has room for ${count} shots of ${ratio}, each of its ratio, and is a picture that can be encoded`, () => {
      const shots = Array.from({ length: count }, () => sampleShot);
      const grid = planGrid({ shots, width, height });
      assert.ok(grid.columns * grid.rows >= count && grid.columns * (grid.rows - 1) < count);
      const across = grid.columns * grid.cardWidth + (grid.columns - 1) * cardGap.across;
      assert.ok(across <= contentWidth);
      assert.ok(grid.frames * grid.frameWidth + (grid.frames - 1) * frameGap <= grid.cardWidth);
      assert.ok(grid.frameWidth >= 120, `a picture ${grid.frameWidth} wide tells little`);
      assert.ok(Math.abs(grid.frameHeight / grid.frameWidth - height / width) < 0.01);
      // Above it there are title and timeline, which 64 sounds at once would make tallest.
      const down = grid.rows * (grid.cardHeight + cardGap.down) + 5_000;
      assert.ok(down < longestSide && down * stripWidth < mostPixels, `${down} pixels high`);
    });
