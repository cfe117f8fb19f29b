import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  brandPicture,
  clipHeight,
  clipWidth,
  drawView,
  fill,
  folder,
  makeClip,
  media,
  motionSample,
  read,
  readView,
  type TrueView,
} from '../../../../../test/fixtures/local/video/synthetic-clip.ts';
import { bestSegment } from './best-segment.ts';
import { readClip } from './read-clip.ts';
import { travelledPath } from './travelled-path.ts';

const [terracotta, sand, green] = await Promise.all([
  brandPicture('1-terracotta'),
  brandPicture('2-sand'),
  brandPicture('3-green'),
]);

/** At 192 x 108, where clips are read. */
const pixel = 1 / 108;
const frames = 73;

/** The true way from the first frame to each, as seen from the first. */
function trueWay(view: TrueView, first: TrueView): TrueView {
  const radians = (-first.rollDegrees * Math.PI) / 180;
  const x = (view.x - first.x) * first.zoom;
  const y = (view.y - first.y) * first.zoom;
  return {
    x: x * Math.cos(radians) - y * Math.sin(radians),
    y: x * Math.sin(radians) + y * Math.cos(radians),
    zoom: view.zoom / first.zoom,
    rollDegrees: view.rollDegrees - first.rollDegrees,
  };
}

const moves: { name: string; viewAt(frame: number): TrueView }[] = [
  { name: 'pan', viewAt: (frame) => ({ x: -0.25 + 0.007 * frame, y: 0.02, zoom: 1.5, rollDegrees: 0 }) },
  {
    name: 'zoom',
    viewAt: (frame) => ({ x: 0.05, y: 0.03, zoom: 1.2 * 1.006 ** frame, rollDegrees: 0 }),
  },
  { name: 'roll', viewAt: (frame) => ({ x: 0, y: 0, zoom: 1.6, rollDegrees: -8 + 0.22 * frame }) },
  {
    name: 'everything',
    viewAt: (frame) => ({
      x: -0.15 + 0.004 * frame,
      y: 0.1 - 0.002 * frame,
      zoom: 1.9 * 0.996 ** frame,
      rollDegrees: 5 - 0.12 * frame,
    }),
  },
];

for (const { name, viewAt } of moves)
  test(`measures ${name} over three seconds to 2 % of the way and half a pixel a frame`, async () => {
    const reading = await readView({ name, frames, viewAt });
    assert.equal(reading.frames.length, frames);
    assert.deepEqual(reading.cutsSeconds, []);
    assert.ok(reading.steadiness > 0.95, `steadiness ${reading.steadiness}`);
    const path = travelledPath(reading.motion);
    const end = path.at(-1);
    const truth = trueWay(viewAt(frames - 1), viewAt(0));
    assert.ok(end !== undefined);
    const way = Math.hypot(truth.x, truth.y);
    // Where a quantity does not move at all, a hundredth of a short side or a tenth of a degree may be its error.
    const off = Math.hypot(end.x - truth.x, end.y - truth.y);
    assert.ok(off <= Math.max(0.02 * way, 0.5 * pixel), `off by ${off} of ${way}`);
    const zoomOff = Math.abs(Math.log(end.zoom / truth.zoom));
    assert.ok(zoomOff <= Math.max(0.02 * Math.abs(Math.log(truth.zoom)), 0.002), `zoom off by ${zoomOff}`);
    const rollOff = Math.abs(end.rollDegrees - truth.rollDegrees);
    assert.ok(rollOff <= Math.max(0.02 * Math.abs(truth.rollDegrees), 0.1), `roll off by ${rollOff}`);
    for (const [frame, point] of path.entries()) {
      const before = path[frame - 1];
      if (before === undefined) continue;
      const step = trueWay(viewAt(frame), viewAt(0));
      const stepBefore = trueWay(viewAt(frame - 1), viewAt(0));
      const miss = Math.hypot(
        point.x - before.x - (step.x - stepBefore.x),
        point.y - before.y - (step.y - stepBefore.y),
      );
      assert.ok(miss < 0.5 * pixel, `frame ${frame} off by ${miss / pixel} pixels`);
    }
  });

test('finds the hard cuts, also within one scene, and nothing in a flash, a whip pan or a dissolve', async () => {
  const path = join(folder, 'cuts.mp4');
  const still = { x: 0, y: 0, zoom: 1.2, rollDegrees: 0 };
  const whip = (frame: number) => {
    const share = Math.min(1, Math.max(0, (frame - 80) / 10));
    return { x: -0.1 + 0.66 * share * share * (3 - 2 * share), y: 0, zoom: 1.9, rollDegrees: 0 };
  };
  await makeClip({
    path,
    frames: 125,
    draw(context, frame) {
      if (frame < 20) drawView(context, terracotta, { ...still, x: -0.002 * frame });
      else if (frame < 40) drawView(context, sand, { ...still, x: 0.002 * frame });
      else if (frame < 60) drawView(context, green, { ...still, zoom: 1.2 + 0.003 * frame });
      else drawView(context, green, whip(frame));
      if (frame === 70 || frame === 71) fill(context, '#fff', frame === 70 ? 0.85 : 0.5);
      if (frame < 96) return;
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.globalAlpha = Math.min(1, (frame - 95) / 12);
      drawView(context, terracotta, still);
    },
  });
  const reading = await read(path);
  assert.deepEqual(
    reading.cutsSeconds.map((seconds) => Math.round(seconds * 24)),
    [20, 40, 60],
  );
  const segment = bestSegment(reading, 0.7);
  assert.ok(!segment.isShort);
  for (const cut of reading.cutsSeconds)
    assert.ok(cut <= segment.startSeconds || cut >= segment.endSeconds, `${cut} lies within the segment`);
  assert.ok(bestSegment(reading, 4).isShort);
});

test('finds the cuts where real clips are joined, and jumps within one', async () => {
  const parts: Buffer[] = [];
  for (const [name, startSeconds] of [
    ['orbit', 0],
    ['push-in', 0],
    ['orbit', 2.5],
    ['orbit', 0],
    ['push-in', 2.5],
    ['push-in', 0],
  ] as const)
    for await (const frame of media.decodeVideo(motionSample(name), {
      width: clipWidth,
      height: clipHeight,
      fps: 24,
      startSeconds,
      seconds: 0.75,
    }))
      parts.push(Buffer.from(frame));
  const path = join(folder, 'joined.mp4');
  await makeClip({
    path,
    frames: parts.length,
    draw: (context, frame) => {
      const image = context.createImageData(clipWidth, clipHeight);
      image.data.set(parts[frame] ?? Buffer.alloc(0));
      context.putImageData(image, 0, 0);
    },
  });
  const reading = await read(path);
  assert.deepEqual(
    reading.cutsSeconds.map((seconds) => Math.round(seconds * 24)),
    [18, 36, 54, 72, 90],
  );
});

test('reads a blank clip as one that never moves', async () => {
  const path = join(folder, 'blank.mp4');
  await makeClip({ path, frames: 12, draw: (context) => fill(context, '#204060') });
  const reading = await read(path);
  assert.deepEqual(reading.cutsSeconds, []);
  assert.deepEqual(travelledPath(reading.motion).at(-1), { x: 0, y: 0, zoom: 1, rollDegrees: 0 });
  assert.equal(reading.steadiness, 1);
});

test('reads a clip of a single frame', async () => {
  const path = join(folder, 'single.mp4');
  await makeClip({
    path,
    frames: 1,
    draw: (context) => drawView(context, sand, { x: 0, y: 0, zoom: 1, rollDegrees: 0 }),
  });
  const reading = await read(path);
  assert.equal(reading.motion.length, 1);
  assert.deepEqual(bestSegment(reading, 1), {
    startSeconds: 0,
    endSeconds: 1 / 24,
    score: bestSegment(reading, 1).score,
    isShort: true,
  });
});

test('the same clip is read the same, and as plain JSON', async () => {
  const [one, other] = await Promise.all([read(motionSample('orbit')), read(motionSample('orbit'))]);
  assert.deepEqual(one, other);
  assert.deepEqual(JSON.parse(JSON.stringify(one)), one);
});

test('stops reading when it is aborted', async () => {
  const abort = new AbortController();
  abort.abort(new Error('enough'));
  const facts = {
    kind: 'video',
    contentType: 'video/mp4',
    width: 1280,
    height: 720,
    durationSeconds: 3,
  } as const;
  await assert.rejects(
    readClip({ media, path: motionSample('orbit'), facts, signal: abort.signal }),
    /enough/,
  );
});
