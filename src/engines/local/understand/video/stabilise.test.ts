import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createCanvas } from '@napi-rs/canvas';
import {
  clipHeight,
  clipWidth,
  fill,
  folder,
  makeClip,
  media,
  motionSample,
  read,
  readView,
  shaken,
} from '../../../../../test/fixtures/local/video/synthetic-clip.ts';
import { stabiliserFor, transformOf } from './stabilise.ts';
import { rootMeanSquare, shakeOf } from './steadiness.ts';
import { travelledPath } from './travelled-path.ts';

const frames = 73;

test('knows a shaken clip, and turns a shaky pan into a smooth one within the margin', async () => {
  const reading = await readView({ name: 'shaken', frames, viewAt: shaken });
  assert.ok(reading.steadiness < 0.35, `steadiness ${reading.steadiness}`);
  const corrections = stabiliserFor(reading, { startSeconds: 0, endSeconds: reading.seconds });
  assert.equal(corrections.length, frames);
  for (const { zoom } of corrections) assert.ok(zoom >= 1 && zoom <= 1 / 0.92 + 0.01, `zoom ${zoom}`);

  const original: Buffer[] = [];
  const path = join(folder, 'shaken.mp4');
  for await (const frame of media.decodeVideo(path, {
    width: clipWidth,
    height: clipHeight,
    fps: 24,
    startSeconds: 0,
    seconds: 4,
  }))
    original.push(Buffer.from(frame));
  const picture = createCanvas(clipWidth, clipHeight);
  const size = { width: clipWidth, height: clipHeight, ratio: reading.ratio };
  const steady = join(folder, 'steady.mp4');
  let uncovered = 0;
  await makeClip({
    path: steady,
    frames,
    draw(context, frame) {
      const correction = corrections[frame];
      if (correction === undefined) return;
      const image = context.createImageData(clipWidth, clipHeight);
      image.data.set(original[frame] ?? Buffer.alloc(0));
      picture.getContext('2d').putImageData(image, 0, 0);
      fill(context, '#f0f');
      context.globalAlpha = 1;
      context.setTransform(...transformOf(correction, size));
      context.drawImage(picture, 0, 0);
      const corners = context.getImageData(0, 0, clipWidth, clipHeight).data;
      for (let at = 0; at < corners.length; at += 4)
        if ((corners[at] ?? 0) > 200 && (corners[at + 1] ?? 0) < 60 && (corners[at + 2] ?? 0) > 200)
          uncovered++;
    },
  });
  assert.equal(uncovered, 0);
  const calmed = await read(steady);
  const before = rootMeanSquare(shakeOf(reading.motion));
  const left = rootMeanSquare(shakeOf(calmed.motion));
  assert.ok(left < 0.25 * before, `${left} of ${before} is left`);
  const way = travelledPath(calmed.motion).at(-1)?.x ?? 0;
  const share = way / (0.3 * 1.5 * (corrections[0]?.zoom ?? 1));
  assert.ok(Math.abs(share - 1) < 0.06, `the pan itself goes ${share} of its way`);
});

test('covers an upright frame cut from a wide clip as well', async () => {
  const reading = await readView({ name: 'shaken-too', frames: 48, viewAt: shaken });
  const size = { width: 202, height: 360, ratio: reading.ratio };
  const corrections = stabiliserFor(reading, { startSeconds: 0.5, endSeconds: 1.5, ratio: 202 / 360 });
  assert.equal(corrections.length, 24);
  for (const correction of corrections) {
    assert.ok(correction.zoom <= 1 / 0.92 + 0.01);
    assertCovers(transformOf(correction, size), size);
  }
});

test('lets go around a knock that is too wide for the margin, and only there', async () => {
  const knock = (frame: number) => (frame >= 40 && frame < 44 ? 0.12 : 0);
  const viewAt = (frame: number) => ({ ...shaken(frame), x: shaken(frame).x + knock(frame) });
  const reading = await readView({ name: 'knocked', frames, viewAt });
  const size = { width: clipWidth, height: clipHeight, ratio: reading.ratio };
  const corrections = stabiliserFor(reading, { startSeconds: 0, endSeconds: reading.seconds });
  for (const correction of corrections) {
    assert.ok(correction.zoom <= 1 / 0.92 + 0.01);
    assertCovers(transformOf(correction, size), size);
  }
  const most = (part: typeof corrections) => Math.max(...part.map(({ yShare }) => Math.abs(yShare)));
  assert.ok(most(corrections.slice(0, 20)) > 0.008, `${most(corrections.slice(0, 20))}`);
  assert.ok(most(corrections.slice(39, 45)) < 0.5 * most(corrections.slice(0, 20)));
});

test('leaves a steady clip nearly as it is', async () => {
  const reading = await read(motionSample('push-in'));
  for (const { zoom } of stabiliserFor(reading, { startSeconds: 0, endSeconds: reading.seconds }))
    assert.ok(zoom < 1.015, `zoom ${zoom}`);
});

type Transform = ReturnType<typeof transformOf>;

/** Every corner of the frame lies within the transformed picture. */
function assertCovers(
  [a, b, c, d, e, f]: Transform,
  { width, height }: { width: number; height: number },
): void {
  const determinant = a * d - b * c;
  for (const x of [0, width])
    for (const y of [0, height]) {
      const inX = (d * (x - e) - c * (y - f)) / determinant;
      const inY = (a * (y - f) - b * (x - e)) / determinant;
      assert.ok(
        inX > -0.01 && inX < width + 0.01 && inY > -0.01 && inY < height + 0.01,
        `${inX}, ${inY} is not in the picture`,
      );
    }
}
