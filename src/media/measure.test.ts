import assert from 'node:assert/strict';
import { it } from 'node:test';
import { containers } from './containers.ts';
import { type Inspected, readInspected, writeInspected } from './inspection.ts';
import { startMeasure } from './measure.ts';
import type { ProbeResult } from './media.ts';
import type { Mp4Index } from './mp4-boxes.ts';
import { Nonsense } from './nonsense.ts';
import { asStored, uprightByExif } from './upright.ts';

const video: Inspected = { type: 'stream', kind: 'video', codec: 'h264', allowed: true };
const audio: Inspected = { type: 'stream', kind: 'audio', codec: 'aac', allowed: true };

const picture = (atSeconds: number | undefined, lastsSeconds = 0, more: object = {}): Inspected => ({
  type: 'picture',
  atSeconds,
  lastsSeconds,
  width: 640,
  height: 360,
  pixelAspect: 1,
  ...more,
});

const pictures = (count: number, fps: number, from = 0) =>
  Array.from({ length: count }, (_, index) => picture(from + index / fps, 1 / fps));

/** The verdict on what was met in a WebM file, or the reason to stop on the way. */
function measure(
  found: Inspected[],
  file: Partial<Parameters<typeof startMeasure>[0]> = {},
): ProbeResult | undefined {
  const measuring = startMeasure({ container: containers.webm, upright: asStored, ...file });
  for (const one of found) {
    const reason = measuring.add(one);
    if (reason !== undefined) return { status: 'unreadable', reason };
  }
  return measuring.result();
}

const facts = (result: ProbeResult | undefined) =>
  result?.status === 'readable' ? result.facts : assert.fail(JSON.stringify(result));
const reason = (result: ProbeResult | undefined) =>
  result?.status === 'unreadable' ? result.reason : assert.fail(JSON.stringify(result));

it('takes the length of the pictures from the first to the end of the last', () => {
  const { durationSeconds, fps, frames } = facts(measure([video, ...pictures(48, 24, 0.5)]));
  assert.deepEqual([durationSeconds, fps, frames], [2, 24, 48]);
});

it('lets the last picture last as long as the others where the file does not say', () => {
  const { durationSeconds, fps } = facts(measure([video, picture(0), picture(0.5), picture(1)]));
  assert.deepEqual([durationSeconds, fps], [1.5, 2]);
});

it('puts pictures without times one after the other', () => {
  const { durationSeconds } = facts(measure([video, picture(undefined, 0.1), picture(undefined, 0.1)]));
  assert.equal(durationSeconds, 0.2);
});

it('is not misled by pictures that come out of order', () => {
  const { durationSeconds } = facts(
    measure([video, picture(0, 0.25), picture(0.5, 0.25), picture(0.25, 0.25)]),
  );
  assert.equal(durationSeconds, 0.75);
});

it('shows oblong pixels as square ones, and turned pictures upright', () => {
  const anamorphic = picture(0, 0.04, { pixelAspect: 4 / 3 });
  const { width, height } = facts(measure([video, anamorphic]));
  assert.deepEqual([width, height], [853, 360]);
  const turned = facts(measure([video, anamorphic], { upright: uprightByExif(6) }));
  assert.deepEqual([turned.width, turned.height], [360, 853]);
  assert.equal(facts(measure([video, picture(0, 0.04, { pixelAspect: 5_000 })])).width, 2_560);
});

it('does not stretch photos', () => {
  const { width } = facts(
    measure([picture(undefined, 0, { pixelAspect: 2 })], { container: containers.jpeg }),
  );
  assert.equal(width, 640);
});

it('names what holds only sound by its content', () => {
  const result = facts(measure([audio, { type: 'sound', seconds: 1.5 }]));
  assert.deepEqual(result, {
    kind: 'audio',
    contentType: 'audio/webm',
    durationSeconds: 1.5,
    audioCodec: 'aac',
    audioDurationSeconds: 1.5,
  });
});

it('stops at what is too long, too fast, too many or too large', () => {
  const sounds = Array.from({ length: 700 }, (): Inspected => ({ type: 'sound', seconds: 1 }));
  assert.match(reason(measure([audio, ...sounds])), /longer than 10 minutes/);
  assert.match(reason(measure([video, picture(0), picture(601)])), /longer than 10 minutes/);
  assert.match(reason(measure([video, picture(0, 36_000)])), /longer than 10 minutes/);
  assert.match(reason(measure([video, ...pictures(600, 1_000_000)])), /more than 480 pictures a second/);
  assert.match(reason(measure([video, picture(0), picture(0)])), /more than 480 pictures a second/);
  assert.match(reason(measure([video, ...pictures(36_001, 100)])), /more than 36000 pictures/);
  assert.match(reason(measure([video, picture(0, 1, { width: 20_000 })])), /20000 x 360 pixels is larger/);
});

it('refuses codecs that are not on the list', () => {
  const found: Inspected = { type: 'stream', kind: 'audio', codec: 'wmav2', allowed: false };
  assert.equal(reason(measure([video, found])), 'its audio codec, wmav2, is not opened here');
});

it('forgives a tenth that is missing or damaged, and no more', () => {
  const claim: Inspected = { type: 'claim', seconds: 10 };
  assert.equal(facts(measure([claim, video, ...pictures(220, 24)])).frames, 220);
  assert.match(
    reason(measure([claim, video, ...pictures(200, 24)])),
    /^only 8\.3 of its 10\.0 seconds can be decoded$/,
  );
  const damage = (badPackets: number): Inspected => ({ type: 'damage', packets: 100, badPackets });
  assert.equal(facts(measure([video, ...pictures(24, 24), damage(10)])).frames, 24);
  assert.equal(reason(measure([video, ...pictures(24, 24), damage(11)])), '11 % of it is damaged');
});

it('holds each track of an MP4 to its own length', () => {
  const track = (kind: 'video' | 'audio', seconds: number) => ({
    kind,
    seconds,
    samples: 0,
    upright: asStored,
  });
  const index: Mp4Index = {
    fastStart: true,
    complete: true,
    packed: false,
    tracks: [track('video', 2), track('audio', 10)],
  };
  const sound: Inspected = { type: 'sound', seconds: 10 };
  const file = { container: containers.mp4, index };
  assert.equal(facts(measure([video, audio, sound, ...pictures(48, 24)], file)).fastStart, true);
  assert.match(reason(measure([video, audio, sound, ...pictures(24, 24)], file)), /only 1\.0 of its 2\.0/);
});

it('does not believe in a film without pictures', () => {
  assert.match(reason(measure([video, audio, { type: 'sound', seconds: 3 }])), /none of its pictures/);
  assert.equal(measure([video, audio]), undefined);
});

it('reads back what a child writes, and nothing else', () => {
  for (const found of [
    video,
    picture(-0.02, 0.04),
    picture(undefined),
    { type: 'claim', seconds: 3 },
  ] as Inspected[])
    assert.deepEqual(readInspected(writeInspected(found)), found);
  for (const line of [
    '',
    'null',
    '[]',
    '{"type":"sound"}',
    '{"type":"sound","seconds":"1"}',
    '{"type":"claim","seconds":1e999}',
    '{"type":"stream","kind":"video","codec":"<b>"}',
    '{"type":"other"}',
  ])
    assert.throws(() => readInspected(line), Nonsense, line);
});
