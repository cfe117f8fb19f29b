import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Capabilities } from './capabilities.ts';
import type { MediaKind } from './media-facts.ts';
import { planGeneration } from './plan-generation.ts';
import type { GenerationRequest, Reference } from './request.ts';

const capabilities: Capabilities = {
  model: 'some-model',
  endpoints: ['reference-to-video'],
  durationsSeconds: [4, 5, 8],
  sizes: {
    '16:9': { width: 1280, height: 720 },
    '9:16': { width: 720, height: 1280 },
    '1:1': { width: 960, height: 960 },
  },
  maxReferences: { image: 9, video: 3, audio: 3, total: 12 },
  maxTotalSeconds: { video: 15, audio: 15 },
  audioAlone: false,
  maxPromptCharacters: 100,
  seeds: true,
  storyboards: true,
  audio: true,
  promptTag: {
    image: { before: '[Image', after: ']' },
    video: { before: '[Video', after: ']' },
    audio: { before: '[Audio', after: ']' },
  },
};

const reference = (kind: MediaKind, position: number, durationSeconds = 4): Reference => ({
  kind,
  position,
  sha256: '0'.repeat(64),
  facts: { kind, contentType: `${kind}/x`, ...(kind === 'image' ? {} : { durationSeconds }) },
});

const many = (kind: MediaKind, count: number, seconds?: number) =>
  Array.from({ length: count }, (_, index) => reference(kind, index + 1, seconds));

const request: GenerationRequest = {
  endpoint: 'reference-to-video',
  prompt: '@Image1 rotates',
  references: [reference('image', 1)],
  durationSeconds: 5,
  aspectRatio: '1:1',
  generateAudio: true,
};

const plan = (changes: Partial<GenerationRequest>, other: Partial<Capabilities> = {}) =>
  planGeneration({
    request: { ...request, ...changes },
    engine: 'some',
    capabilities: { ...capabilities, ...other },
    freshSeed: 77,
    publicFiles: false,
  });

test('plans size, tags and a fresh seed, and says that it chose one', () => {
  const planned = plan({});
  assert.ok(planned.status === 'planned');
  const { width, height, prompt, seed, adjustments } = planned.plan;
  assert.deepEqual(
    { width, height, prompt, seed },
    { width: 960, height: 960, prompt: '[Image1] rotates', seed: 77 },
  );
  assert.deepEqual(
    adjustments.map(({ code }) => code),
    ['seed_chosen'],
  );
});

test('seed 0 is a seed', () => {
  const planned = plan({ seed: 0 });
  assert.ok(planned.status === 'planned');
  assert.equal(planned.plan.seed, 0);
  assert.deepEqual(planned.plan.adjustments, []);
});

const adjusted: [
  what: string,
  changes: Partial<GenerationRequest>,
  other: Partial<Capabilities>,
  codes: string[],
][] = [
  [
    'a length in the prompt that differs',
    { prompt: 'turns, 8 seconds', seed: 1 },
    {},
    ['duration_field_wins'],
  ],
  ['a length in the prompt that agrees', { prompt: 'turns, 5 seconds', seed: 1 }, {}, []],
  ['a seed the engine cannot take', { seed: 0 }, { seeds: false }, ['seed_ignored']],
  ['sound the engine cannot make', { seed: 1 }, { audio: false }, ['no_audio']],
  [
    'what everybody should know who asks the engine',
    { seed: 1 },
    { notes: [{ code: 'lost_answers_park', message: 'It waits.' }] },
    ['lost_answers_park'],
  ],
];

for (const [what, changes, other, codes] of adjusted)
  test(`notes ${what}`, () => {
    const planned = plan(changes, other);
    assert.ok(planned.status === 'planned');
    assert.deepEqual(
      planned.plan.adjustments.map(({ code }) => code),
      codes,
    );
  });

const refused: [what: string, changes: Partial<GenerationRequest>, pointer: string][] = [
  ['an endpoint it does not serve', { endpoint: 'text-to-video' }, ''],
  ['a length it does not make', { durationSeconds: 6 }, '/duration'],
  ['a prompt that is too long', { prompt: 'x'.repeat(101) }, '/prompt'],
  [
    'too many files in all',
    { references: [...many('image', 9), ...many('video', 3, 2), ...many('audio', 1)] },
    '',
  ],
  [
    'too many seconds of video',
    { references: [...many('image', 1), ...many('video', 3, 6)] },
    '/reference_videos',
  ],
  [
    'too many seconds of audio',
    { references: [...many('image', 1), ...many('audio', 2, 8)] },
    '/reference_audio',
  ],
  ['audio alone', { prompt: 'x', references: many('audio', 1) }, '/reference_audio'],
  ['a tag without its reference', { prompt: '@Image2 turns' }, '/prompt'],
];

for (const [what, changes, pointer] of refused)
  test(`refuses ${what}`, () => {
    const planned = plan(changes);
    assert.ok(planned.status === 'refused');
    assert.deepEqual(
      planned.faults.map((fault) => fault.pointer),
      [pointer],
    );
  });
