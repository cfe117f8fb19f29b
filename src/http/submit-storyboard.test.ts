import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { createTestApp, signUp } from '../../test/app.ts';
import {
  restingKey as rest,
  sampleShot as shot,
  sampleStoryboard as storyboard,
} from '../../test/fixtures/sample-storyboard.ts';
import type { Generation } from '../contract/generation.ts';
import type { Problem } from '../contract/problem.ts';
import type { CameraKey } from '../domain/storyboard.ts';

const app = await createTestApp();
const owner = await signUp(app);

const uploaded = await app.call('/v1/files', {
  method: 'POST',
  key: owner.key,
  body: await readFile(new URL('../../test/fixtures/mug.jpg', import.meta.url)),
  headers: { 'content-type': 'image/jpeg' },
});
const photo = ((await uploaded.json()) as { id: string }).id;

const path = '/v1/bytedance/seedance-2.0/reference-to-video';
const request = {
  prompt: 'A given storyboard',
  reference_images: [photo],
  duration: 4,
  aspect_ratio: '16:9',
  storyboard,
};

const submit = <T>(body: unknown) => app.json<T>('POST', path, { key: owner.key, body });

test('takes a storyboard into the plan as it was sent, and its seed with it', async () => {
  const { status, body } = await submit<Generation>(request);
  assert.equal(status, 202, JSON.stringify(body));
  assert.equal(body.seed, 5);
  const [row] = await app.store.query<{ storyboard: unknown }>(
    "select plan->'storyboard' as storyboard from generations where id = $1",
    [body.id],
  );
  assert.deepEqual(row?.storyboard, storyboard);
});

/** The storyboard with its first shot, transition, caption or sound changed. */
const changed = <Field extends 'shots' | 'transitions' | 'captions' | 'sound'>(
  field: Field,
  changes: object,
  index = 0,
) => ({ [field]: storyboard[field].map((one, at) => (at === index ? { ...one, ...changes } : one)) });

const moved = (changes: Partial<CameraKey>) => ({
  camera: { ...shot.camera, keys: [rest, { ...rest, seconds: 2.5, ...changes }] },
});

/** What is wrong, how the storyboard and the request are changed, and where that is found. */
const broken: [what: string, storyboard: object, pointer: string, request?: object][] = [
  // Of its shape.
  ['an unknown field', { music: [] }, '/music'],
  ['a subject there is none of', changed('shots', { subject: { kind: 'cat' } }), '/shots/0/subject/kind'],
  ['another version', { version: 1 }, '/version'],
  ['a colour by name', { set: { ...storyboard.set, wall: 'blue' } }, '/set/wall'],
  ['a surface there is none of', { set: { ...storyboard.set, surface: 'lava' } }, '/set/surface'],
  ['no shots', { shots: [] }, '/shots'],
  ['a camera off the set', changed('shots', moved({ dolly: 0.9 })), '/shots/0/camera/keys/1/dolly'],
  ['a caption without text', changed('captions', { text: '' }), '/captions/0/text'],
  [
    'a sound that is too loud',
    { sound: [{ kind: 'foley', sound: 'tick', startSeconds: 1, gainDb: 6 }] },
    '/sound/0/gainDb',
  ],
  // Of its parts together.
  ['too few frames', {}, '/frames', { duration: 5 }],
  ['another ratio', {}, '/width', { aspect_ratio: '1:1' }],
  ['a gap between shots', changed('shots', { startSeconds: 2.6 }, 1), '/shots/1/startSeconds'],
  ['a film that ends early', changed('shots', { endSeconds: 3.9 }, 1), '/shots/1/endSeconds'],
  ['keys out of order', changed('shots', moved({ seconds: 0 })), '/shots/0/camera/keys'],
  [
    'a clip on the set',
    changed('shots', { subject: { kind: 'clip', position: 1, fromSeconds: 0, steadied: false } }),
    '/shots/0/framing',
  ],
  [
    'a still life in a frame',
    changed('shots', { subject: { kind: 'still-life' }, framing: 'framed' }),
    '/shots/0/framing',
  ],
  ['a transition to nowhere', changed('transitions', { to: 2 }), '/transitions/0/to'],
  ['a transition beside its cut', changed('transitions', { startSeconds: 2.6 }), '/transitions/0'],
  ['a caption that outlasts the film', changed('captions', { endSeconds: 4.5 }), '/captions/0/endSeconds'],
  [
    'two captions at one time in one place',
    {
      captions: [...storyboard.captions, { ...storyboard.captions[0], place: 'lower_left', startSeconds: 1 }],
    },
    '/captions/1/startSeconds',
  ],
  ['a sound that ends before it starts', changed('sound', { startSeconds: 4 }), '/sound/0/endSeconds'],
  ['a poster after the end', { posterSeconds: 4 }, '/posterSeconds'],
  [
    'an image that was not given',
    changed('shots', { subject: { kind: 'picture', position: 2 } }),
    '/shots/0/subject/position',
  ],
  [
    'a turntable of images that were not given',
    changed('shots', { subject: { kind: 'turntable', positions: [1, 2], from: 0, to: 1 } }),
    '/shots/0/subject/positions/1',
  ],
  [
    'music that was not given',
    { sound: [{ kind: 'music', position: 1, fromSeconds: 0, startSeconds: 0, endSeconds: 4 }] },
    '/sound/0/position',
  ],
  ['sound where none is wanted', {}, '/sound', { generate_audio: false }],
];

for (const [what, changes, pointer, others = {}] of broken)
  test(`refuses a storyboard with ${what}, by its pointer`, async () => {
    const body = { ...request, storyboard: { ...storyboard, ...changes }, ...others };
    const { status, body: problem } = await submit<Problem>(body);
    assert.equal(status, 422);
    const pointers = problem.errors.map((fault) => fault.pointer);
    assert.ok(pointers.includes(`/storyboard${pointer}`), JSON.stringify(problem.errors));
    assert.equal(problem.charged, false);
  });

test('takes captions that follow one another at once, or stand in different parts of the frame', async () => {
  const [caption] = storyboard.captions;
  const captions = [
    caption,
    { ...caption, startSeconds: 2, endSeconds: 3 },
    { ...caption, place: 'upper', startSeconds: 1, endSeconds: 3 },
  ];
  const { status, body } = await submit({ ...request, storyboard: { ...storyboard, captions } });
  assert.equal(status, 202, JSON.stringify(body));
});

test('nothing here was unexpected', () => {
  assert.deepEqual(app.unexpected, []);
});
