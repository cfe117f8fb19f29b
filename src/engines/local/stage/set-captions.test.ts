import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleStoryboard } from '../../../../test/fixtures/sample-storyboard.ts';
import type { Caption, Storyboard } from '../../../domain/storyboard.ts';
import type { Stage } from '../render/layer.ts';
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
