import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sampleShot, sampleStoryboard } from '../../../test/fixtures/sample-storyboard.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Shot } from '../../domain/storyboard.ts';
import { createMedia } from '../../media/create-media.ts';
import { planFilm } from './plan-film.ts';

const media = createMedia();
const facts = { kind: 'image', contentType: 'image/jpeg', width: 480, height: 270 } as const;

/** The notes on a storyboard of these shots of one picture, that is cut out or not. */
async function notesOn(picture: string, shots: Partial<Shot>[]): Promise<string[]> {
  const length = 4 / shots.length;
  const plan: Plan = {
    ...{ engine: 'local', model: 'kinora-studio-1', endpoint: 'reference-to-video', prompt: 'it floats' },
    references: [{ kind: 'image', position: 1, sha256: '', facts }],
    ...{ durationSeconds: 4, aspectRatio: '16:9', width: 1280, height: 720, seed: 1, generateAudio: false },
    adjustments: [],
    storyboard: {
      ...sampleStoryboard,
      shots: shots.map((shot, index) => ({
        ...sampleShot,
        subject: { kind: 'picture', position: 1 },
        startSeconds: index * length,
        endSeconds: (index + 1) * length,
        ...shot,
      })),
    },
  };
  const path = fileURLToPath(new URL(`../../../test/fixtures/local/${picture}`, import.meta.url));
  const { signal } = new AbortController();
  const { notes } = await planFilm({ plan, references: [{ path, facts }], media, signal, onFraction() {} });
  return notes.map(({ code, pointer = '' }) => `${code} ${pointer}`);
}

test('says where a given storyboard has an action that its framing cannot follow', async () => {
  const notes = await notesOn('mug.jpg', [
    { framing: 'on-set', action: 'floats' },
    { framing: 'full', action: 'stands' },
    { framing: 'framed', action: 'rotates' },
    { framing: 'on-set', action: 'rises', subject: { kind: 'still-life' } },
  ]);
  assert.deepEqual(
    notes.filter((note) => note.startsWith('action_not_followed')),
    ['action_not_followed /storyboard/shots/2/action', 'action_not_followed /storyboard/shots/3/action'],
  );
  assert.ok(!notes.some((note) => note.endsWith('/prompt')));
});

test('says it once where a picture has to be framed against the storyboard', async () => {
  const notes = await notesOn('terracotta-scene.jpg', [{ framing: 'on-set', action: 'floats' }]);
  assert.ok(notes.includes('framing_changed /storyboard/shots/0/framing'));
  assert.ok(!notes.some((note) => note.startsWith('action_not_followed')));
});
