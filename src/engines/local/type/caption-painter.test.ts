import assert from 'node:assert/strict';
import test from 'node:test';
import { createCanvas } from '@napi-rs/canvas';
import type { Caption, CaptionCue } from './caption.ts';
import { createCaptionPainter } from './caption-painter.ts';
import { drawCaption, flattenCaption } from './draw-caption.ts';
import { layOut } from './lay-out.ts';
import { safeArea } from './safe-area.ts';

const frame = { width: 640, height: 360 };
const long: Caption = {
  text: 'Made for slow mornings and long evenings',
  style: 'title',
  place: 'lower_third',
  family: 'sans',
};

function painting(caption: Caption, motion: CaptionCue['motion']) {
  const layout = layOut(caption, frame);
  assert.ok(layout.fits);
  const drawn = drawCaption(layout, { colour: '#ffffff' });
  const painter = createCaptionPainter(drawn, { startSeconds: 0, endSeconds: 3, motion });
  const alphaAt = (seconds: number) => {
    const canvas = createCanvas(frame.width, frame.height);
    const context = canvas.getContext('2d');
    painter.paint(context, seconds);
    return context.getImageData(0, 0, frame.width, frame.height).data.filter((_, index) => index % 4 === 3);
  };
  return { layout, drawn, alphaAt };
}

const sum = (alpha: Uint8ClampedArray) => alpha.reduce((total, value) => total + value, 0);

for (const motion of ['rise', 'fade', 'type', 'track'] as const) {
  test(`${motion}: ends in the caption as it was laid out`, () => {
    const { drawn, alphaAt } = painting(long, motion);
    const still = flattenCaption(drawn);
    const canvas = alphaAt(1.9);
    let differs = 0;
    for (let row = 0; row < still.bitmap.height; row++)
      for (let column = 0; column < still.bitmap.width; column++) {
        const expected = still.bitmap.data[(row * still.bitmap.width + column) * 4 + 3] ?? 0;
        const seen = canvas[(still.y + row) * frame.width + still.x + column] ?? 0;
        differs = Math.max(differs, Math.abs(expected - seen));
      }
    assert.ok(differs <= 1, `${differs}`);
  });

  test(`${motion}: never leaves the safe area on its way`, () => {
    const { alphaAt } = painting(long, motion);
    const safe = safeArea(frame);
    for (let step = 0; step <= 30; step++) {
      const alpha = alphaAt(step / 10);
      for (let index = 0; index < alpha.length; index++) {
        if ((alpha[index] ?? 0) < 8) continue;
        const [x, y] = [index % frame.width, Math.floor(index / frame.width)];
        assert.ok(x >= safe.x && x < safe.x + safe.width, `${x} at ${step}`);
        assert.ok(y >= safe.y && y < safe.y + safe.height, `${y} at ${step}`);
      }
    }
  });
}

test('shows more with time, and nothing outside its cue', () => {
  const { alphaAt } = painting(long, 'type');
  const shown = [0.1, 0.4, 0.7, 1.2].map((seconds) => sum(alphaAt(seconds)));
  assert.deepEqual(
    shown,
    shown.toSorted((one, other) => one - other),
  );
  assert.equal(sum(alphaAt(3)), 0);
  assert.equal(sum(alphaAt(-0.1)), 0);
});

test('types a script from the right from the right', () => {
  const { layout, alphaAt } = painting({ ...long, text: 'נוצר לבקרים' }, 'type');
  const alpha = alphaAt(0.4);
  const columns = [...alpha.keys()].filter((index) => (alpha[index] ?? 0) > 8).map((i) => i % frame.width);
  assert.ok(Math.min(...columns) > layout.box.x + layout.box.width * 0.3);
  assert.ok(Math.max(...columns) > layout.box.x + layout.box.width * 0.9);
});

test('moves letters apart only where letters stand apart', () => {
  const lettersIn = (text: string) => painting({ ...long, text }, 'track').drawn.lines[0]?.letters;
  assert.ok(lettersIn('Quiet') !== undefined);
  assert.equal(lettersIn('صُنع للصباح'), undefined);
  assert.equal(lettersIn('शांत'), undefined);
});
