import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storyboardFps as fps, type Storyboard } from '../../../domain/storyboard.ts';
import { cameraFor } from '../camera/moves.ts';
import type { ClipReel } from './clip-reel.ts';
import { paintFrames } from './frames.ts';
import type { Stage } from './layer.ts';

const side = 32;
const frames = 24;

const storyboard: Storyboard = {
  version: 2,
  fps,
  frames,
  width: side,
  height: side,
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
  shots: [
    {
      startSeconds: 0,
      endSeconds: frames / fps,
      subject: { kind: 'clip', position: 1, fromSeconds: 0, steadied: false },
      framing: 'full',
      action: 'stands',
      camera: cameraFor({ move: 'static', pace: 'slow', startSeconds: 0, endSeconds: frames / fps }),
      blur: 0,
    },
  ],
  transitions: [],
  captions: [],
  sound: [],
  posterSeconds: 0,
};
const stage: Stage = {
  bitmaps: [],
  shots: [
    {
      layers: [{ kind: 'clip', x: side / 2, y: side / 2, width: side, height: side, covers: true }],
      aimY: side / 2,
    },
  ],
  captions: [],
  turns: [],
};

/** Each frame its own grey, so that a frame tells its number. */
const greyOf = (frame: number) => 20 + frame * 9;

/** Every second picture is large: the thread that gets them is far slower than the other. */
function greyReel() {
  const asked: number[] = [];
  let closed = 0;
  const reel: ClipReel = {
    async framesFor(frame) {
      asked.push(frame);
      const size = frame % 2 === 0 ? 1_000 : side;
      const data = new Uint8Array(size * size * 4).fill(greyOf(frame));
      for (let at = 3; at < data.length; at += 4) data[at] = 255;
      return [{ shot: 0, width: size, height: size, data: data.buffer }];
    },
    async close() {
      closed++;
    },
  };
  return { reel, asked, closed: () => closed };
}

/** Mean luma of a frame: grain goes up and down by less than a step. */
function lumaOf(frame: Buffer): number {
  const luma = frame.subarray(0, side * side);
  return luma.reduce((sum, value) => sum + value, 0) / luma.length;
}

/** BT.709 limited range. */
const frameOfLuma = (luma: number) => 0 + Math.round((((luma - 16) * 255) / 219 - 20) / 9);

test('gives every frame once and in order, although one thread is far slower than the other', async () => {
  const { reel, asked, closed } = greyReel();
  const painted: Buffer[] = [];
  for await (const frame of paintFrames({ storyboard, stage, reel })) painted.push(Buffer.from(frame));
  const numbers = Array.from({ length: frames }, (_, frame) => frame);
  assert.deepEqual(
    painted.map((frame) => frameOfLuma(lumaOf(frame))),
    numbers,
  );
  assert.deepEqual(asked, numbers, 'clips are read in the order of the film');
  assert.equal(closed(), 1);
});

test('closes the clips when the film is given up halfway', async () => {
  const { reel, asked, closed } = greyReel();
  for await (const frame of paintFrames({ storyboard, stage, reel })) {
    assert.equal(frameOfLuma(lumaOf(frame)), 0);
    break;
  }
  assert.equal(closed(), 1);
  assert.ok(asked.length < frames, `${asked.length} frames were ordered for one that was taken`);
});

test('throws what a painting thread broke down with', async () => {
  const { reel, closed } = greyReel();
  const brokenPicture: ClipReel = {
    ...reel,
    framesFor: async () => [{ shot: 0, width: 4, height: 4, data: new ArrayBuffer(3) }],
  };
  const painting = paintFrames({ storyboard, stage, reel: brokenPicture });
  await assert.rejects(painting.next(), /4×4 pixels has 3 bytes/);
  assert.equal(closed(), 1);
});
