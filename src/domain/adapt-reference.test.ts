import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adaptationMessage, adaptedFacts, adaptReference } from './adapt-reference.ts';
import type { Adaptation } from './adaptation.ts';
import type { ReferenceLimits } from './capabilities.ts';
import type { MediaFacts } from './media-facts.ts';

const limits: Record<MediaFacts['kind'], ReferenceLimits> = {
  image: { contentTypes: ['image/png', 'image/jpeg'], sidePixels: { least: 300, most: 2_000 } },
  video: {
    contentTypes: ['video/mp4'],
    videoCodecs: ['h264', 'hevc'],
    seconds: { least: 2, most: 15 },
    framePixels: { least: 409_600, most: 927_408 },
  },
  audio: { contentTypes: ['audio/wav', 'audio/mpeg'], seconds: { least: 2, most: 15 } },
};

const photo: MediaFacts = { kind: 'image', contentType: 'image/png', width: 1_000, height: 800 };
const clip: MediaFacts = {
  kind: 'video',
  contentType: 'video/mp4',
  width: 1_280,
  height: 720,
  durationSeconds: 5,
  fps: 30,
  videoCodec: 'h264',
  audioCodec: 'aac',
  audioDurationSeconds: 5,
};
const song: MediaFacts = { kind: 'audio', contentType: 'audio/mpeg', durationSeconds: 10, audioCodec: 'mp3' };

const cases: [what: string, facts: MediaFacts, becomes: Omit<Adaptation, 'kind' | 'position'> | undefined][] =
  [
    ['a picture as the engine takes it', photo, undefined],
    [
      'a picture of a foreign format',
      { ...photo, contentType: 'image/avif' },
      { contentType: 'image/jpeg', width: 1_000, height: 800 },
    ],
    [
      'a picture that is too large',
      { ...photo, width: 6_001, height: 3_000 },
      { contentType: 'image/jpeg', width: 2_000, height: 999 },
    ],
    [
      'a picture that is too small',
      { ...photo, width: 200, height: 150 },
      { contentType: 'image/jpeg', width: 400, height: 300 },
    ],
    [
      'a picture that nothing helps: enlarged, it would be mostly invented',
      { ...photo, width: 60, height: 60 },
      undefined,
    ],
    ['a strip that cannot fit both ends', { ...photo, width: 4_000, height: 300 }, undefined],
    ['a clip as the engine takes it', clip, undefined],
    [
      'a clip of a foreign container',
      { ...clip, contentType: 'video/webm', videoCodec: 'vp9' },
      { contentType: 'video/mp4', width: 1_280, height: 720 },
    ],
    [
      'a clip of a foreign codec, of odd sides',
      { ...clip, videoCodec: 'av1', width: 1_281, height: 719 },
      { contentType: 'video/mp4', width: 1_282, height: 720 },
    ],
    [
      'a clip with too many pixels',
      { ...clip, width: 1_920, height: 1_080 },
      { contentType: 'video/mp4', width: 1_284, height: 722 },
    ],
    [
      'a clip with too few',
      { ...clip, width: 640, height: 360 },
      { contentType: 'video/mp4', width: 854, height: 480 },
    ],
    [
      'a clip that is too long',
      { ...clip, durationSeconds: 20 },
      { contentType: 'video/mp4', width: 1_280, height: 720, seconds: 15 },
    ],
    ['a clip that is longer by a frame', { ...clip, durationSeconds: 15.05 }, undefined],
    ['a clip that is too short: nothing helps', { ...clip, durationSeconds: 1 }, undefined],
    ['a song as the engine takes it', song, undefined],
    ['a song of a foreign format', { ...song, contentType: 'audio/flac' }, { contentType: 'audio/wav' }],
    ['a song that is too long', { ...song, durationSeconds: 180 }, { contentType: 'audio/wav', seconds: 15 }],
  ];

for (const [what, facts, becomes] of cases)
  test(`adapts ${what}`, () => {
    const adapted = adaptReference({ kind: facts.kind, position: 2, facts }, limits[facts.kind]);
    assert.deepEqual(
      adapted,
      becomes === undefined ? undefined : { kind: facts.kind, position: 2, ...becomes },
    );
    if (adapted === undefined) return;
    const after = adaptedFacts(facts, adapted);
    assert.equal(
      adaptReference({ kind: facts.kind, position: 2, facts: after }, limits[facts.kind]),
      undefined,
      'once is enough',
    );
  });

test('gives a first frame the shape that was asked for, and leaves one alone that has it', () => {
  const shape = { width: 1_344, height: 768 };
  const asked = (facts: MediaFacts) => adaptReference({ kind: 'image', position: 1, facts }, {}, shape);
  assert.deepEqual(asked({ ...photo, width: 1_000, height: 1_000 }), {
    kind: 'image',
    position: 1,
    contentType: 'image/jpeg',
    ...shape,
    cut: true,
  });
  assert.equal(asked({ ...photo, width: 1_750, height: 1_000 }), undefined);
});

test('leaves a format alone that it could only turn into one which is not taken either', () => {
  const onlyPng = { contentTypes: ['image/png'] };
  const facts: MediaFacts = { ...photo, contentType: 'image/webp' };
  assert.equal(adaptReference({ kind: 'image', position: 1, facts }, onlyPng), undefined);
});

test('tells what is done, and that the file stays', () => {
  const tell = (facts: MediaFacts) => {
    const reference = { kind: facts.kind, position: 1, facts };
    const adaptation = adaptReference(reference, limits[facts.kind]) ?? assert.fail('nothing is done');
    return adaptationMessage(reference, adaptation);
  };
  assert.equal(
    tell({ ...photo, contentType: 'image/avif', width: 4_000, height: 3_000 }),
    'Image 1 is turned from image/avif into image/jpeg, scaled from 4,000 × 3,000 to 2,000 × 1,500 pixels on its way to the engine; your file stays as it is.',
  );
  assert.equal(
    tell({ ...song, durationSeconds: 180 }),
    'Audio 1 is turned from audio/mpeg into audio/wav, shortened from 180.0 s to its first 15 s on its way to the engine; your file stays as it is.',
  );
});
