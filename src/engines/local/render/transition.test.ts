import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restingKey, sampleShot, sampleStoryboard } from '../../../../test/fixtures/sample-storyboard.ts';
import type { Shot, Transition } from '../../../domain/storyboard.ts';
import { sweepLength } from './draw-actor.ts';
import type { ActorLayer, Layer, Stage, StageBitmap } from './layer.ts';
import { createPainter } from './painter.ts';

const size = { width: 320, height: 180 };
const red = [200, 30, 30] as const;
const blue = [30, 30, 200] as const;

function plain(width: number, height: number, colour: readonly number[]): StageBitmap {
  const data = new Uint8ClampedArray(new SharedArrayBuffer(width * height * 4));
  for (let at = 0; at < data.length; at += 4) data.set([...colour, 255], at);
  return { width, height, data };
}

const wallOf = (bitmap: number): Layer => ({
  kind: 'plate',
  bitmap,
  x: 160,
  y: 90,
  anchorX: 160,
  anchorY: 90,
  scale: 1,
  distance: 1,
  blend: 'replace',
  covers: true,
});

const shot: Shot = {
  ...sampleShot,
  camera: { keys: [restingKey], easing: 'soft', handheld: 0 },
  blur: 0,
};

/** How red a column of the frame is, 1 for the first shot and 0 for the next, at a share of a change of one second. */
function joined(kind: Transition['kind'], towards: Transition['towards'] = 'right') {
  const stage: Stage = {
    bitmaps: [plain(320, 180, red), plain(320, 180, blue)],
    shots: [0, 1].map((bitmap) => ({ layers: [wallOf(bitmap)], aimY: 90 })),
    captions: [],
    turns: [],
  };
  const painter = createPainter(
    {
      ...sampleStoryboard,
      ...size,
      captions: [],
      shots: [
        { ...shot, startSeconds: 0, endSeconds: 2 },
        { ...shot, startSeconds: 2, endSeconds: 4 },
      ],
      transitions: [{ to: 1, kind, startSeconds: 1.5, endSeconds: 2.5, towards }],
    },
    stage,
  );
  return (share: number, x: number) => {
    const pixels = painter.picture(Math.round((1.5 + share) * 24), []);
    const at = (90 * size.width + x) * 4;
    return ((pixels[at] ?? 0) - blue[0]) / (red[0] - blue[0]);
  };
}

for (const kind of ['dissolve', 'match', 'whip'] as const)
  test(`a ${kind} leads from the whole first shot to the whole next one, and back at no moment`, () => {
    const at = joined(kind);
    const way = Array.from({ length: 24 }, (_, frame) => at(frame / 24, 160));
    assert.ok((way[0] ?? 0) > 0.93 && (way[23] ?? 1) < 0.07, String(way));
    for (const [index, value] of way.slice(1).entries())
      assert.ok(value <= (way[index] ?? 0) + 0.04, `frame ${index + 1} of ${way}`);
  });

for (const [towards, first, last] of [
  ['right', 300, 20],
  ['left', 20, 300],
] as const)
  test(`a whip to the ${towards} brings the next shot in from there, smeared`, () => {
    const at = joined('whip', towards);
    const frames = Array.from({ length: 24 }, (_, frame) => frame / 24);
    const arrived = (x: number) => frames.find((share) => at(share, x) < 0.5) ?? 1;
    assert.ok(arrived(first) < arrived(last));
    const isSmeared = frames.some((share) => Math.abs(at(share, 160) - 0.5) < 0.3);
    assert.ok(isSmeared, 'no frame shows both shots in one place');
  });

test('a light sweep passes over the product from left to right, over nothing else, and is gone', () => {
  const actor: ActorLayer = {
    kind: 'actor',
    x: 160,
    y: 150,
    action: 'stands',
    views: [{ product: { bitmap: 1, anchorX: 50, anchorY: 120, scale: 1 } }],
    sweep: { seconds: 1, light: 2 },
  };
  const stage: Stage = {
    bitmaps: [plain(320, 180, blue), plain(100, 120, red), plain(100, 120, [255, 255, 255])],
    shots: [{ layers: [wallOf(0), actor], aimY: 90, subject: { first: 1, end: 2 } }],
    captions: [],
    turns: [],
  };
  const shots = [{ ...shot, startSeconds: 0, endSeconds: 4, sweepSeconds: 1 }];
  const painter = createPainter(
    { ...sampleStoryboard, ...size, captions: [], shots, transitions: [] },
    stage,
  );
  const lightAt = (seconds: number) => {
    const pixels = painter.picture(Math.round(seconds * 24), []);
    let sum = 0;
    let across = 0;
    for (let x = 0; x < size.width; x++) {
      const green = pixels[(90 * size.width + x) * 4 + 1] ?? 0;
      const light = Math.max(0, green - 36);
      assert.ok(light === 0 || (x >= 109 && x <= 211), `light beside the product, at ${x}`);
      sum += light;
      across += light * x;
    }
    return { sum, x: across / Math.max(1, sum) };
  };
  assert.equal(lightAt(0.9).sum, 0);
  const passing = [0.3, 0.5, 0.7].map((share) => lightAt(1 + share * sweepLength));
  for (const { sum } of passing) assert.ok(sum > 200, String(sum));
  const [early, middle, late] = passing.map(({ x }) => x);
  assert.ok((early ?? 0) < (middle ?? 0) && (middle ?? 0) < (late ?? 0), String([early, middle, late]));
  assert.equal(lightAt(1.1 + sweepLength).sum, 0);
});
