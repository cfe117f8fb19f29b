import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cameraPath } from '../camera-path.ts';
import { fps, type Storyboard } from '../storyboard.ts';
import type { ClipReel } from './clip-reel.ts';
import { paintFrames } from './frames.ts';
import { i420Bytes, writeI420 } from './i420.ts';
import type { Stage } from './layer.ts';

const side = 32;
const frames = 24;

const storyboard: Storyboard = {
  version: 1,
  fps,
  frames,
  width: side,
  height: side,
  seed: 1,
  set: { wall: '#000000', light: 'soft', feature: 'none' },
  shots: [
    {
      startSeconds: 0,
      endSeconds: frames / fps,
      subject: { kind: 'clip', position: 1, fromSeconds: 0 },
      framing: 'full',
      camera: cameraPath({ move: 'static', pace: 'slow', startSeconds: 0, endSeconds: frames / fps }),
    },
  ],
  transitions: [],
  sound: [],
  posterSeconds: 0,
};

const stage: Stage = {
  bitmaps: [],
  shots: [[{ bitmap: 'clip', depth: 1, x: 0, y: 0, anchorX: 0, anchorY: 0, scale: 1, turns: false }]],
  sweeps: ['right'],
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

function expectedFrame(frame: number): Buffer {
  const rgba = new Uint8Array(side * side * 4).fill(greyOf(frame));
  const i420 = Buffer.alloc(i420Bytes(side, side));
  writeI420(rgba, side, side, i420);
  return i420;
}

test('gives every frame once and in order, although one thread is far slower than the other', async () => {
  const { reel, asked, closed } = greyReel();
  const painted: Buffer[] = [];
  for await (const frame of paintFrames({ storyboard, stage, reel })) painted.push(Buffer.from(frame));
  const numbers = Array.from({ length: frames }, (_, frame) => frame);
  assert.deepEqual(
    painted.map((frame) => numbers.findIndex((number) => expectedFrame(number).equals(frame))),
    numbers,
  );
  assert.deepEqual(asked, numbers, 'clips are read in the order of the film');
  assert.equal(closed(), 1);
});

test('closes the clips when the film is given up halfway', async () => {
  const { reel, asked, closed } = greyReel();
  for await (const frame of paintFrames({ storyboard, stage, reel })) {
    assert.ok(frame.equals(expectedFrame(0)));
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
  await assert.rejects(painting.next(), (error: Error) => /ImageData/.test(error.stack ?? ''));
  assert.equal(closed(), 1);
});
