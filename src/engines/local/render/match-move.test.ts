import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Grown, matchMove, type Stand } from './match-move.ts';

const frame = { width: 1280, height: 720 };
const stand = fc.record({
  x: fc.double({ min: 200, max: 1080, noNaN: true }),
  y: fc.double({ min: 200, max: 520, noNaN: true }),
  height: fc.double({ min: 200, max: 420, noNaN: true }),
});

const seen = ({ left, top, scale }: Grown, { x, y, height }: Stand) => ({
  x: left + x * scale,
  y: top + y * scale,
  height: height * scale,
});

const isNear = (one: number, other: number) => Math.abs(one - other) < 1e-6;

test('both shots rest at their ends, meet half-way, and fill the frame all the way', () => {
  let met = 0;
  fc.assert(
    fc.property(stand, stand, fc.double({ min: 0, max: 1, noNaN: true }), (from, to, linear) => {
      const moved = matchMove(frame, { from, to }, linear);
      if (moved === undefined) return;
      met++;
      for (const { left, top, scale } of [moved.from, moved.to]) {
        assert.ok(left <= 1e-6 && left + scale * frame.width >= frame.width - 1e-6);
        assert.ok(top <= 1e-6 && top + scale * frame.height >= frame.height - 1e-6);
      }
      const [start, middle, end] = [0, 0.5, 1].map((at) => matchMove(frame, { from, to }, at));
      assert.ok(start !== undefined && middle !== undefined && end !== undefined);
      assert.deepEqual([start.from.scale, end.to.scale], [1, 1]);
      const [own, other] = [seen(middle.from, from), seen(middle.to, to)];
      assert.ok(isNear(own.x, other.x) && isNear(own.y, other.y) && isNear(own.height, other.height));
    }),
    { numRuns: 500, seed: 7 },
  );
  assert.ok(met > 100, `${met} met`);
});

test('subjects too unlike in size, or too far apart, do not meet', () => {
  const middle = { x: 640, y: 360, height: 200 };
  assert.equal(matchMove(frame, { from: middle, to: { ...middle, height: 420 } }, 0.5), undefined);
  assert.equal(matchMove(frame, { from: { ...middle, x: 10 }, to: { ...middle, x: 1270 } }, 0.5), undefined);
});
