import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storyboardFps as fps, type Shot, type Storyboard } from '../../../domain/storyboard.ts';
import { cameraFor } from '../camera/moves.ts';
import { projectionOf } from '../camera/projection.ts';
import { viewAt } from '../camera/view.ts';
import { geometryOf } from '../set/geometry.ts';
import type { Move } from '../understand/directions.ts';
import type { Layer, Stage, StageBitmap } from './layer.ts';
import { createPainter } from './painter.ts';

const size = { width: 640, height: 360 };
const geometry = geometryOf(size);
const aimY = 190;
const frames = 96;

const storyboard = (move: Move): Storyboard => {
  const shot: Shot = {
    startSeconds: 0,
    endSeconds: frames / fps,
    subject: { kind: 'picture', position: 1 },
    framing: 'on-set',
    action: 'stands',
    camera: cameraFor({ move, pace: 'slow', startSeconds: 0, endSeconds: frames / fps }),
    blur: 0,
  };
  return {
    version: 2,
    fps,
    frames,
    ...size,
    seed: 1,
    set: {
      style: 'studio',
      surface: 'seamless',
      light: 'soft',
      lightFrom: 'left',
      wall: '#000000',
      accent: '#000000',
      feature: 'none',
      plinth: 'none',
      foreground: 'none',
    },
    shots: [shot],
    transitions: [],
    captions: [],
    sound: [],
    posterSeconds: 0,
  };
};

/** A soft spot on black, or on nothing. */
function spot(options: {
  width: number;
  height: number;
  x: number;
  y: number;
  sigma: { x: number; y: number };
  clear: boolean;
}): StageBitmap {
  const { width, height, x, y, sigma, clear } = options;
  const data = new Uint8ClampedArray(new SharedArrayBuffer(width * height * 4));
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const [dx, dy] = [(column + 0.5 - x) / sigma.x, (row + 0.5 - y) / sigma.y];
      const value = 255 * Math.exp(-(dx * dx + dy * dy) / 2);
      const at = (row * width + column) * 4;
      data.set(clear ? [255, 255, 255, value] : [value, value, value, 255], at);
    }
  return { width, height, data };
}

/** The middle of all light in a frame. */
function lightAt(pixels: Uint8Array): { x: number; y: number } {
  let [sum, sumX, sumY] = [0, 0, 0];
  for (let y = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++) {
      const value = pixels[(y * size.width + x) * 4 + 1] ?? 0;
      sum += value;
      sumX += value * (x + 0.5);
      sumY += value * (y + 0.5);
    }
  assert.ok(sum > 0, 'the spot is in the frame');
  return { x: sumX / sum, y: sumY / sum };
}

const ground: Layer = {
  kind: 'plate',
  bitmap: 0,
  x: size.width / 2,
  y: size.height / 2,
  anchorX: 450,
  anchorY: 300,
  scale: 1.3,
  distance: geometry.wallDistance,
  blend: 'replace',
  covers: true,
};

function worstOff(
  move: Move,
  {
    layers,
    bitmaps,
    rest,
  }: { layers: Layer[]; bitmaps: StageBitmap[]; rest: { x: number; y: number; distance: number } },
): number {
  const film = storyboard(move);
  const stage: Stage = { bitmaps, shots: [{ layers, aimY }], captions: [], turns: [] };
  const painter = createPainter(film, stage);
  const camera = film.shots[0]?.camera ?? assert.fail();
  let worst = 0;
  let travelled = 0;
  let before: { x: number; y: number } | undefined;
  for (let frame = 0; frame < frames; frame++) {
    const seen = lightAt(painter.picture(frame, []));
    const due = projectionOf(viewAt(camera, frame / fps, film.seed), geometry, aimY).place(rest);
    worst = Math.max(worst, Math.hypot(seen.x - due.x, seen.y - due.y));
    if (before !== undefined) travelled += Math.hypot(seen.x - before.x, seen.y - before.y);
    before = seen;
  }
  assert.ok(travelled > 2, `the spot travelled ${travelled} px`);
  return worst;
}

const moves = ['zoom_in', 'push_in', 'pan_right', 'truck_left', 'crane_up'] as const;

for (const move of moves)
  test(`keeps a detail of the wall within 0.2 px of its ideal path: ${move}`, () => {
    const wall = spot({ width: 900, height: 600, x: 520, y: 330, sigma: { x: 6, y: 6 }, clear: false });
    const rest = {
      x: size.width / 2 + (520 - 450) * 1.3,
      y: size.height / 2 + (330 - 300) * 1.3,
      distance: geometry.wallDistance,
    };
    const worst = worstOff(move, { layers: [ground], bitmaps: [wall], rest });
    assert.ok(worst < 0.2, `off by ${worst.toFixed(3)} px`);
  });

for (const move of moves)
  test(`keeps a detail of the product within 0.2 px of its ideal path: ${move}`, () => {
    const wall = spot({ width: 900, height: 600, x: -500, y: 0, sigma: { x: 1, y: 1 }, clear: false });
    const product = spot({ width: 200, height: 260, x: 110, y: 90, sigma: { x: 5, y: 5 }, clear: true });
    const actor: Layer = {
      kind: 'actor',
      x: geometry.standX,
      y: geometry.standY,
      action: 'stands',
      views: [{ product: { bitmap: 1, anchorX: 100, anchorY: 250, scale: 0.8 } }],
    };
    const rest = {
      x: geometry.standX + (110 - 100) * 0.8,
      y: geometry.standY + (90 - 250) * 0.8,
      distance: 1,
    };
    const worst = worstOff(move, { layers: [ground, actor], bitmaps: [wall, product], rest });
    assert.ok(worst < 0.2, `off by ${worst.toFixed(3)} px`);
  });

for (const move of moves)
  test(`keeps a detail of the floor within 0.2 px of its ideal path: ${move}`, () => {
    const wall = spot({ width: 900, height: 600, x: -500, y: 0, sigma: { x: 1, y: 1 }, clear: false });
    const [topY, bottomY] = [geometry.seamY, 460];
    const restY = 300;
    const height = 300;
    const floor = spot({
      width: 900,
      height,
      x: 480,
      y: ((restY - topY) / (bottomY - topY)) * height,
      sigma: { x: 5, y: 5 },
      clear: true,
    });
    const layer: Layer = {
      kind: 'floor',
      bitmap: 1,
      x: size.width / 2,
      topY,
      bottomY,
      scale: 1,
      waves: false,
    };
    const rest = {
      x: size.width / 2 + 30,
      y: restY,
      distance: (geometry.standY - geometry.eyeY) / (restY - geometry.eyeY),
    };
    const worst = worstOff(move, { layers: [ground, layer], bitmaps: [wall, floor], rest });
    // Perspective itself moves the middle of a spot that has a size.
    assert.ok(worst < 0.2, `off by ${worst.toFixed(3)} px`);
  });
