import assert from 'node:assert/strict';
import { test } from 'node:test';
import { geometryOf } from '../set/geometry.ts';
import { projectionOf } from './projection.ts';
import { restingView } from './view.ts';

const geometry = geometryOf({ width: 1280, height: 720 });
const aimY = 380;
const near = (one: number, other: number, within = 1e-6) =>
  assert.ok(Math.abs(one - other) < within, `${one} is not ${other}`);

test('leaves everything where it was composed while the camera rests', () => {
  const { place, floorAt, floorY } = projectionOf(restingView, geometry, aimY);
  for (const distance of [0.5, 1, 2.6]) {
    const seen = place({ x: 300, y: 500, distance });
    near(seen.x, 300);
    near(seen.y, 500);
    near(seen.scale, 1);
  }
  const row = floorAt(600) ?? assert.fail();
  near(row.sourceY, 600);
  near(row.scaleX, 1);
  near(row.shiftX, 0);
  near(floorY(1), geometry.standY);
  near(floorY(geometry.wallDistance), geometry.seamY);
  assert.equal(floorAt(geometry.eyeY - 1), undefined);
});

test('makes near things grow faster than far ones on the way in, around the aim', () => {
  const { place } = projectionOf({ ...restingView, dolly: 0.2 }, geometry, aimY);
  const subject = place({ x: 640, y: aimY, distance: 1 });
  near(subject.x, 640);
  near(subject.y, aimY);
  near(subject.scale, 1.25);
  near(place({ x: 640, y: aimY, distance: 2.6 }).scale, 2.6 / 2.4);
});

test('moves near things more than far ones when the camera moves aside', () => {
  const { place } = projectionOf({ ...restingView, x: 0.1 }, geometry, aimY);
  near(place({ x: 640, y: 400, distance: 1 }).x, 640 - 72);
  near(place({ x: 640, y: 400, distance: 2 }).x, 640 - 36);
  near(place({ x: 640, y: 400, distance: 0.5 }).x, 640 - 144);
});

test('keeps the subject still and moves the wall behind it on an orbit', () => {
  const { place } = projectionOf({ ...restingView, orbitDegrees: 15 }, geometry, aimY);
  near(place({ x: 640, y: 400, distance: 1 }).x, 640);
  assert.ok(place({ x: 640, y: 400, distance: 2.6 }).x > 640 + 90);
  assert.ok(place({ x: 640, y: 400, distance: 0.6 }).x < 640);
});

test('sees the floor where it sees the feet that stand on it, whatever the move', () => {
  const view = {
    ...restingView,
    x: 0.07,
    y: -0.1,
    dolly: 0.12,
    zoom: 1.1,
    pan: -0.05,
    tilt: 0.04,
    orbitDegrees: 9,
  };
  const { place, floorAt, floorY } = projectionOf(view, geometry, aimY);
  for (const distance of [0.8, 1, 1.7, 2.6]) {
    const restY = geometry.eyeY + (geometry.standY - geometry.eyeY) / distance;
    const foot = place({ x: 500, y: restY, distance });
    near(floorY(distance), foot.y, 1e-6);
    const row = floorAt(foot.y) ?? assert.fail();
    near(row.sourceY, restY, 1e-6);
    near(row.shiftX + row.scaleX * 500, foot.x, 1e-6);
    near(row.scaleX, foot.scale, 1e-6);
  }
});
