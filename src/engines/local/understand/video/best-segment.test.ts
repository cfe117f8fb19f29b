import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  brandPicture,
  drawView,
  fill,
  folder,
  makeClip,
  read,
  shaken,
} from '../../../../../test/fixtures/local/video/synthetic-clip.ts';
import { bestSegment } from './best-segment.ts';

const terracotta = await brandPicture('1-terracotta');

test('asks for the steady, sharp part of a clip, and leaves black and frozen parts', async () => {
  const path = join(folder, 'mixed.mp4');
  await makeClip({
    path,
    frames: 120,
    draw(context, frame) {
      // Black, frozen, moving well, shaken.
      if (frame < 24) return fill(context, '#000');
      if (frame < 48) return drawView(context, terracotta, { x: 0, y: 0, zoom: 1.5, rollDegrees: 0 });
      if (frame < 84)
        return drawView(context, terracotta, { x: 0.003 * (frame - 48), y: 0, zoom: 1.5, rollDegrees: 0 });
      drawView(context, terracotta, { ...shaken(frame), x: 0.1 + 0.02 * Math.sin(frame * 1.1) });
    },
  });
  const reading = await read(path);
  const segment = bestSegment(reading, 1);
  assert.ok(segment.startSeconds >= 1.8 && segment.endSeconds <= 3.6, JSON.stringify(segment));
  assert.deepEqual(bestSegment(await read(path), 1), segment);
});
