import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Capabilities } from './capabilities.ts';
import type { MediaFacts, MediaKind } from './media-facts.ts';
import { refuseReferences } from './refuse-references.ts';
import type { Reference } from './request.ts';

const capabilities: Capabilities = {
  model: 'some-model',
  endpoints: ['reference-to-video'],
  durationsSeconds: [5],
  sizes: {
    '16:9': { width: 1280, height: 720 },
    '9:16': { width: 720, height: 1280 },
    '1:1': { width: 960, height: 960 },
  },
  maxReferences: { image: 9, video: 3, audio: 3, total: 12 },
  maxTotalSeconds: {},
  references: {
    image: {
      contentTypes: ['image/jpeg', 'image/png'],
      sidePixels: { least: 300, most: 6_000 },
      ratio: { least: 0.4, most: 2.5 },
    },
    video: {
      seconds: { least: 2, most: 15 },
      framePixels: { least: 409_600, most: 927_408 },
      fps: { least: 24, most: 60 },
    },
  },
  travel: { image: ['inline', 'public_url'], video: ['public_url'], audio: ['upload'] },
  audioAlone: true,
  maxPromptCharacters: 100,
  seeds: true,
  storyboards: false,
  audio: true,
  promptTag: {
    image: { before: '', after: '' },
    video: { before: '', after: '' },
    audio: { before: '', after: '' },
  },
};

const usual: Record<MediaKind, MediaFacts> = {
  image: { kind: 'image', contentType: 'image/png', width: 1000, height: 1000 },
  video: { kind: 'video', contentType: 'video/mp4', width: 1280, height: 720, durationSeconds: 5 },
  audio: { kind: 'audio', contentType: 'audio/wav', durationSeconds: 5 },
};

const of = (kind: MediaKind, facts: Partial<MediaFacts> = {}): Reference => ({
  kind,
  position: 1,
  sha256: '0'.repeat(64),
  facts: { ...usual[kind], ...facts },
});

const faultsOf = (reference: Reference, publicFiles = true) =>
  refuseReferences(
    {
      endpoint: 'reference-to-video',
      prompt: 'x',
      references: [reference],
      durationSeconds: 5,
      aspectRatio: '16:9',
      generateAudio: true,
    },
    { capabilities, engine: 'some', publicFiles },
  );

test('takes what is within every limit, both ends included', () => {
  for (const reference of [
    of('image', { width: 300, height: 750 }),
    of('image', { width: 6_000, height: 2_400 }),
    of('video', { durationSeconds: 2 }),
    of('video', { durationSeconds: 15.05 }),
    of('video', { width: 640, height: 640 }),
    of('video', { fps: 24_000 / 1_001 }),
    of('video', { fps: 60 }),
    of('audio', { contentType: 'audio/ogg', durationSeconds: 100 }),
  ])
    assert.deepEqual(faultsOf(reference), []);
});

const refused: [what: string, reference: Reference, pointer: string, message: RegExp][] = [
  [
    'another format',
    of('image', { contentType: 'image/gif' }),
    '/reference_images/0',
    /Image 1 is image\/gif; send image\/jpeg or image\/png/,
  ],
  [
    'a side that is too short',
    of('image', { width: 299, height: 299 }),
    '/reference_images/0',
    /299 × 299 pixels/,
  ],
  [
    'a shape that is too long',
    of('image', { width: 3_000, height: 1_000 }),
    '/reference_images/0',
    /0.4 to 2.5/,
  ],
  [
    'a clip of too few frames',
    of('video', { fps: 15 }),
    '/reference_videos/0',
    /15 frames a second; send 24/,
  ],
  ['a clip that is too short', of('video', { durationSeconds: 1.5 }), '/reference_videos/0', /lasts 1.5 s/],
  [
    'frames that are too large',
    of('video', { width: 1920, height: 1080 }),
    '/reference_videos/0',
    /1920 × 1080 pixels/,
  ],
];

for (const [what, reference, pointer, message] of refused)
  test(`refuses ${what}, by its place`, () => {
    const [fault, ...others] = faultsOf(reference);
    assert.deepEqual(others, []);
    assert.equal(fault?.pointer, pointer);
    assert.match(fault.message, message);
  });

test('refuses what travels by public addresses alone where there are none, and says the remedy', () => {
  const [fault, ...others] = faultsOf(of('video'), false);
  assert.deepEqual(others, []);
  assert.equal(fault?.pointer, '/reference_videos');
  assert.match(fault.message, /Set KINORA_PUBLIC_URL/);
  assert.deepEqual(faultsOf(of('image'), false), []);
  assert.deepEqual(faultsOf(of('audio'), false), []);
});
