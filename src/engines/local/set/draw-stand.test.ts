import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StudioSet } from '../../../domain/storyboard.ts';
import { drawStand } from './draw-stand.ts';
import { geometryOf } from './geometry.ts';
import type { Stand } from './plates.ts';

const geometry = geometryOf({ width: 640, height: 360 });
const set: StudioSet = {
  style: 'studio',
  surface: 'seamless',
  light: 'soft',
  lightFrom: 'left',
  wall: '#c9c2b8',
  accent: '#a8694c',
  feature: 'none',
  plinth: 'round',
  foreground: 'none',
};
const stand = (options: Partial<Parameters<typeof drawStand>[0]> = {}) =>
  drawStand({ kind: 'round', colour: set.accent, geometry, productWidthPx: 120, set, seed: 2, ...options });

for (const kind of ['round', 'block'] as const)
  test(`lets the product stand on the top of a ${kind} plinth`, () => {
    const drawn = stand({ kind });
    const top = at(drawn, { x: 0, y: -drawn.topY });
    const front = at(drawn, { x: 0, y: -drawn.topY * 0.1 });
    assert.equal(top.alpha, 255);
    assert.equal(front.alpha, 255);
    assert.ok(
      top.level > front.level + 8,
      `the top is lit from above: ${top.level}, the front ${front.level}`,
    );
    assert.ok(drawn.topY / drawn.detail > 10 && drawn.topY / drawn.detail < geometry.short * 0.15);
  });

test('is wider than the product and has a clear air above it', () => {
  const drawn = stand();
  const half = (60 + 4) * drawn.detail;
  assert.equal(at(drawn, { x: half, y: -drawn.topY * 0.5 }).alpha, 255);
  assert.equal(at(drawn, { x: -half, y: -drawn.topY * 0.5 }).alpha, 255);
  assert.equal(drawn.bitmap.data[3], 0);
});

test('leaves a shadow on the floor beside its base, away from the lamp', () => {
  const drawn = stand({ set: { ...set, light: 'dramatic' } });
  const beside = 88 * drawn.detail;
  const away = at(drawn, { x: beside, y: -4 }).alpha;
  const near = at(drawn, { x: -beside, y: -4 }).alpha;
  assert.ok(away > near + 40, `${away} against ${near}`);
});

test('shows itself in acrylic below its base, and not in sand', () => {
  const below = (surface: StudioSet['surface']) => {
    const drawn = stand({ kind: 'block', set: { ...set, surface } });
    return at(drawn, { x: 0, y: drawn.topY * 0.95 }).alpha;
  };
  assert.ok(below('glossy') > below('sand') + 15, `${below('glossy')} against ${below('sand')}`);
});

/** A pixel at a place from the anchor, in pixels of the bitmap. */
function at({ bitmap, anchorX, anchorY }: Stand, from: { x: number; y: number }) {
  const index = (Math.round(anchorY + from.y) * bitmap.width + Math.round(anchorX + from.x)) * 4;
  const [red = 0, green = 0, blue = 0, alpha = 0] = bitmap.data.subarray(index, index + 4);
  return { level: (red + green + blue) / 3, alpha };
}
