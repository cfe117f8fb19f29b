import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { it } from 'node:test';
import { makeMov } from '../../test/fixtures/hostile/make-mov.ts';
import { contract, fixture } from '../../test/fixtures/media/contract.ts';
import { makeJpeg } from '../../test/fixtures/media/make-jpeg.ts';
import { descend } from '../../test/fixtures/media/mp4-surgery.ts';
import { makeWav, tones } from '../../test/fixtures/media/sounds.ts';
import type { ProbedFacts } from './media.ts';

contract('probe', ({ media, film, save, factsOf, reasonFor }) => {
  it('measures every kind of file', async () => {
    const expected: Record<string, ProbedFacts> = {
      'mark.webp': { kind: 'image', contentType: 'image/webp', width: 64, height: 64 },
      'moving.gif': { kind: 'image', contentType: 'image/gif', width: 64, height: 36 },
      'clip-hevc.mp4': clip('video/mp4', { videoCodec: 'hevc', fastStart: false }),
      'clip-av1.mp4': clip('video/mp4', {
        videoCodec: 'av1',
        fastStart: false,
        durationSeconds: 0.5,
        frames: 4,
        fps: 8,
      }),
      'clip-vp8.webm': clip('video/webm', { videoCodec: 'vp8' }),
      'clip-vp9.webm': clip('video/webm', { videoCodec: 'vp9', audioCodec: 'opus', audioDurationSeconds: 1 }),
      'clip.mkv': clip('video/x-matroska', {
        videoCodec: 'h264',
        audioCodec: 'aac',
        audioDurationSeconds: 1.045,
      }),
      'sound.mp3': sound('audio/mpeg', 'mp3', 1),
      'sound-with-cover.mp3': sound('audio/mpeg', 'mp3', 1),
      'sound.ogg': sound('audio/ogg', 'vorbis', 1),
      'sound.opus': sound('audio/ogg', 'opus', 1),
      'sound.flac': sound('audio/flac', 'flac', 0.4),
      'sound.aac': sound('audio/aac', 'aac', 1.045),
      'sound.m4a': { ...sound('audio/mp4', 'aac', 1), fastStart: false },
      'sound-six-channels.mkv': sound('audio/x-matroska', 'ac3', 0.416),
    };
    for (const [name, facts] of Object.entries(expected)) about(await factsOf(fixture(name)), facts, name);
  });

  it('measures WAV to the sample', async () => {
    const samples = tones(0.5).left.subarray(0, 22_051);
    const { durationSeconds = 0 } = await factsOf(
      await save('exact.wav', makeWav({ rate: 44_100, channels: 2, samples })),
    );
    assert.ok(Math.abs(durationSeconds - 22_051 / 44_100) < 3e-5, `${durationSeconds}`);
  });

  it('believes the decoded picture, not the size that the container claims', async () => {
    const lying = Buffer.from(await readFile(await film('honest.mp4', { frames: 5 })));
    const track = descend(lying, ['moov', 'trak']);
    const header = descend(track, ['tkhd']);
    header.writeUInt32BE(4_096 * 65_536, 76);
    header.writeUInt32BE(4_096 * 65_536, 80);
    const entry = descend(track, ['mdia', 'minf', 'stbl', 'stsd']);
    entry.writeUInt16BE(4_096, 8 + 32);
    entry.writeUInt16BE(4_096, 8 + 34);
    const { width, height } = await factsOf(await save('lying.mp4', lying));
    assert.deepEqual([width, height], [320, 180]);
  });

  it('tells a file that is cut by how much of it decodes', async () => {
    const whole = await readFile(await film('whole.mp4', { frames: 120, sound: tones(5) }));
    assert.match(
      await reasonFor(await save('head.mp4', whole.subarray(0, 300))),
      /cut off: .*index.*missing|cannot be decoded/,
    );
    const index = whole.indexOf('mdat', 0, 'latin1');
    const media = whole.length - index;
    const cutTo = (share: number) => whole.subarray(0, index + Math.round(media * share));
    assert.match(
      await reasonFor(await save('nothing.mp4', cutTo(0.002))),
      /cannot be decoded|only 0\.0 of its 5\.0 seconds/,
    );
    assert.match(
      await reasonFor(await save('half.mp4', cutTo(0.5))),
      /only \d\.\d of its 5\.0 seconds can be decoded|% of it is damaged/,
    );
    const { frames = 0, durationSeconds = 0 } = await factsOf(await save('nearly.mp4', cutTo(0.9)));
    assert.ok(frames > 100 && frames < 120, `${frames}`);
    assert.ok(Math.abs(durationSeconds - frames / 24) < 0.1, `${durationSeconds}`);
  });

  it('says so when the index was never written', async () => {
    const whole = await readFile(fixture('sound.m4a'));
    const cut = whole.subarray(0, whole.indexOf('moov', 0, 'latin1') - 4);
    assert.equal(
      await reasonFor(await save('no-index.mp4', cut)),
      'it is cut off: its index (moov) is missing',
    );
  });

  it('refuses a picture whose end is missing', async () => {
    for (const name of ['photo.jpg', 'moving.png', 'mark.webp']) {
      const whole = name === 'photo.jpg' ? makeJpeg([90], 200) : await readFile(fixture(name));
      const cut = await save(`cut-${name}`, whole.subarray(0, Math.round(whole.length * 0.8)));
      assert.match(await reasonFor(cut), /^it is cut off: the end of its picture is missing$/);
    }
  });

  it('says so when more than a tenth is damaged', async () => {
    const whole = Buffer.from(await readFile(await film('damaged.mp4', { frames: 72, sound: tones(3) })));
    const from = whole.indexOf('mdat', 0, 'latin1') + 4;
    for (let at = from + 4_000; at < whole.length; at += 1) whole.writeUInt8((at * 197) & 0xff, at);
    assert.match(await reasonFor(await save('noise.mp4', whole)), /damaged|can be decoded|cannot be decoded/);
  });

  it('believes the container on the shape of its pixels', async () => {
    const { width, height } = await factsOf(await save('wide.mov', makeMov({ shape: [32, 8] })));
    assert.deepEqual([width, height], [32, 8]);
  });

  it('ends at once when the signal is aborted, with its reason', async () => {
    const controller = new AbortController();
    const reason = new Error('the request went away');
    const probing = media.probe(fixture('clip.mkv'), { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 30);
    await assert.rejects(probing, reason);
    await assert.rejects(media.probe(fixture('clip.mkv'), { signal: controller.signal }), reason);
  });
});

const clip = (contentType: string, facts: Partial<ProbedFacts>): ProbedFacts => ({
  kind: 'video',
  contentType,
  width: 64,
  height: 36,
  durationSeconds: 1,
  fps: 24,
  frames: 24,
  ...facts,
});

const sound = (contentType: string, audioCodec: string, seconds: number): ProbedFacts => ({
  kind: 'audio',
  contentType,
  durationSeconds: seconds,
  audioCodec,
  audioDurationSeconds: seconds,
});

/** Equal, but for rounding: containers count in milliseconds, and coders in packets of sound. */
function about(actual: ProbedFacts, expected: ProbedFacts, name: string): void {
  assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).sort(), name);
  for (const [key, value] of Object.entries(expected)) {
    const found = actual[key as keyof ProbedFacts];
    if (typeof value === 'number' && typeof found === 'number')
      assert.ok(Math.abs(found - value) < 0.03, `${name}: ${key} is ${found}, not ${value}`);
    else assert.equal(found, value, `${name}: ${key}`);
  }
}
