import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restingKey, sampleShot, sampleStoryboard } from '../../../../test/fixtures/sample-storyboard.ts';
import type { Caption, Storyboard } from '../../../domain/storyboard.ts';
import type { Stage, StageBitmap } from '../render/layer.ts';
import { createPainter } from '../render/painter.ts';
import { layOut } from '../type/lay-out.ts';
import { setCaptions } from './set-captions.ts';

const caption: Caption = {
  text: 'Morning',
  style: 'title',
  place: 'lower_third',
  family: 'sans',
  motion: 'fade',
  startSeconds: 0.5,
  endSeconds: 2,
};

/** Where the notes on the captions of a film that shows nothing else point. */
async function notesOn(captions: Caption[], { isGiven }: { isGiven: boolean }) {
  const storyboard: Storyboard = { ...sampleStoryboard, width: 720, height: 720, captions };
  const shots = storyboard.shots.map(() => ({ layers: [], aimY: 360 }));
  const stage: Stage = { bitmaps: [], shots, captions: [], turns: [] };
  const notes = await setCaptions({ storyboard, isGiven, stage, clipsAt: async () => [] });
  return notes.map(({ pointer }) => pointer);
}

test('points at a caption of a given storyboard where it stands there, at one of the prompt in the prompt', async () => {
  const odd = { ...caption, text: '\u{10fffd}' };
  const two = [
    { ...caption, endSeconds: 1 },
    { ...odd, startSeconds: 1 },
  ];
  assert.deepEqual(await notesOn(two, { isGiven: true }), ['/storyboard/captions/1']);
  assert.deepEqual(await notesOn(two, { isGiven: false }), ['/prompt']);
});

const side = 720;
const red = [200, 30, 30] as const;

function plain(width: number, height: number, colour: readonly number[]): StageBitmap {
  const data = new Uint8ClampedArray(new SharedArrayBuffer(width * height * 4));
  for (let at = 0; at < data.length; at += 4) data.set([...colour, 255], at);
  return { width, height, data };
}

/** Just above its foot, and beside it, while a caption of the lower third is seen: a product that stands at a height. */
async function seenWhileCaptioned(footY: number) {
  const camera = { keys: [restingKey], easing: 'soft' as const, handheld: 0 };
  const storyboard: Storyboard = {
    ...sampleStoryboard,
    width: side,
    height: side,
    shots: [{ ...sampleShot, camera, endSeconds: 4 }],
    transitions: [],
    captions: [caption],
  };
  const rest = { x: side / 2, anchorX: side / 2, scale: 1 };
  const stage: Stage = {
    bitmaps: [plain(side, side, [120, 120, 120]), plain(100, 120, red)],
    shots: [
      {
        aimY: side / 2,
        subject: { first: 1, end: 2 },
        layers: [
          {
            kind: 'plate',
            bitmap: 0,
            ...rest,
            y: side / 2,
            anchorY: side / 2,
            distance: 1,
            blend: 'replace',
            covers: true,
          },
          {
            kind: 'actor',
            x: side / 2,
            y: footY,
            action: 'stands',
            views: [{ product: { bitmap: 1, anchorX: 50, anchorY: 120, scale: 1 } }],
          },
        ],
      },
    ],
    captions: [],
    turns: [],
  };
  await setCaptions({ storyboard, isGiven: false, stage, clipsAt: async () => [] });
  const pixels = createPainter(storyboard, stage).picture(30, []);
  const colourAt = (x: number) => [...pixels.subarray(((footY - 6) * side + x) * 4).subarray(0, 3)];
  return { product: colourAt(side / 2 - 44), wall: colourAt(side / 2 - 90) };
}

test('what makes a caption readable lies behind the product beside it, and over one that the letters cross', async () => {
  const beside = await seenWhileCaptioned(470);
  assert.deepEqual(beside.product, [...red]);
  assert.notDeepEqual(beside.wall, [120, 120, 120]);
  const layout = layOut(caption, { ...sampleStoryboard, width: side, height: side });
  assert.ok(layout.fits);
  const touched = await seenWhileCaptioned(Math.round(layout.box.y) + 3);
  assert.deepEqual(touched.product, [...red], 'a foot that reaches a few pixels into the box of the letters');
  const crossed = await seenWhileCaptioned(620);
  assert.notDeepEqual(crossed.product, [...red]);
});
