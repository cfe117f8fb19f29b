import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, it } from 'node:test';
import { childPids, clipSize, contract, eventually } from '../../test/fixtures/media/contract.ts';
import { descend } from '../../test/fixtures/media/mp4-surgery.ts';
import { solidFrame } from '../../test/fixtures/media/pictures.ts';
import { loudness, tones } from '../../test/fixtures/media/sounds.ts';
import { boxesIn, contentOf } from './mp4-boxes.ts';

const { width, height, fps } = clipSize;
const frame = solidFrame({ width, height, yuv: [60, 128, 128] });

contract('encode', ({ media, path, film, factsOf, filesOf }) => {
  let clip = '';

  before(async () => {
    clip = await film('clip.mp4', { frames: 60, sound: tones(4) });
  });

  it('writes every frame, and sound as long as the pictures', async () => {
    const { audioDurationSeconds = 0, ...facts } = await factsOf(clip);
    assert.deepEqual(facts, {
      kind: 'video',
      contentType: 'video/mp4',
      width,
      height,
      durationSeconds: 2.5,
      fps,
      frames: 60,
      videoCodec: 'h264',
      audioCodec: 'aac',
      fastStart: true,
    });
    assert.ok(Math.abs(audioDurationSeconds - 2.5) < 1 / fps, `${audioDurationSeconds}`);
  });

  it('fills up with silence when the sound is shorter than the pictures', async () => {
    const short = await film('short-sound.mp4', { frames: 36, sound: tones(0.5) });
    const { left } = await media.decodeAudio(short, { maxSeconds: 10 });
    assert.ok(Math.abs(left.length / 48_000 - 1.5) < 1 / fps, `${left.length}`);
    assert.ok(loudness(left.subarray(0, 20_000)) > 0.3);
    assert.ok(loudness(left.subarray(30_000)) < 0.001);
  });

  it('makes a film without a sound track when there is no sound', async () => {
    const facts = await factsOf(await film('silent.mp4', { frames: 5 }));
    assert.equal(facts.audioCodec, undefined);
    assert.equal(facts.frames, 5);
  });

  it('tags BT.709 limited range and puts a key frame every two seconds', async () => {
    const table = descend(await readFile(clip), ['moov', 'trak', 'mdia', 'minf', 'stbl']);
    // The sample entry begins 8 bytes into `stsd`; its own boxes 86 bytes further.
    const entry = descend(table, ['stsd']);
    const color = contentOf(entry, boxesIn(entry, 94), 'colr');
    assert.deepEqual(color, Buffer.from('nclx\0\x01\0\x01\0\x01\0', 'latin1'));
    const keyFrames = descend(table, ['stss']);
    assert.deepEqual(
      [4, 8, 12].map((at) => keyFrames.readUInt32BE(at)),
      [2, 1, 49],
    );
  });

  it('makes the same bytes of the same frames and sound', async () => {
    const again = await film('clip-again.mp4', { frames: 60, sound: tones(4) });
    assert.ok((await readFile(again)).equals(await readFile(clip)));
  });

  it('carries no version of FFmpeg', async () => {
    const file = await readFile(clip);
    assert.deepEqual([file.includes('Lavf'), file.includes('Lavc')], [false, false]);
  });

  it('keeps 29.97 frames per second exact', async () => {
    const encoder = await media.encode({ path: path('ntsc.mp4'), width, height, fps: 29.97 });
    for (let index = 0; index < 30; index++) await encoder.write(frame);
    await encoder.finish();
    const { frames, durationSeconds = 0 } = await factsOf(path('ntsc.mp4'));
    assert.equal(frames, 30);
    assert.ok(Math.abs(durationSeconds - 1.001) < 1e-5, `${durationSeconds}`);
  });

  it('refuses a frame of another size, a film of odd sides, and a film without frames', async () => {
    await assert.rejects(media.encode({ path: path('odd.mp4'), width: 321, height, fps }), /321 x 180/);
    const encoder = await media.encode({ path: path('none.mp4'), width, height, fps });
    await assert.rejects(encoder.write(Buffer.alloc(10)), /86400 bytes in I420; this one has 10/);
    await assert.rejects(encoder.finish(), /got no frame/);
    await eventually(async () => assert.deepEqual(await filesOf('none.mp4'), []));
  });

  it('leaves nothing behind when it is aborted, and takes no more frames', async () => {
    const encoder = await media.encode({ path: path('aborted.mp4'), width, height, fps, sound: tones(1) });
    await encoder.write(frame);
    encoder.abort();
    encoder.abort();
    await assert.rejects(encoder.write(frame), /is aborted/);
    await assert.rejects(encoder.finish(), /already aborted/);
    await eventually(async () => assert.deepEqual(await filesOf('aborted.mp4'), []));
  });

  it('keeps a finished film when it is aborted afterwards', async () => {
    const encoder = await media.encode({ path: path('kept.mp4'), width, height, fps });
    await encoder.write(frame);
    await encoder.finish();
    encoder.abort();
    assert.equal((await factsOf(path('kept.mp4'))).frames, 1);
  });

  it('rejects with the reason of the signal and removes the unfinished file', async () => {
    const controller = new AbortController();
    const options = { path: path('stopped.mp4'), width, height, fps, signal: controller.signal };
    const encoder = await media.encode(options);
    await encoder.write(frame);
    const reason = new Error('the worker stops');
    controller.abort(reason);
    await assert.rejects(encoder.finish(), reason);
    assert.deepEqual(await filesOf('stopped.mp4'), []);
    await assert.rejects(media.encode(options), reason);
  });

  it('says why when the file cannot be written', async () => {
    const encoder = await media.encode({ path: path('no-such-folder/film.mp4'), width, height, fps });
    await assert.rejects(async () => {
      for (let index = 0; index < 1_000; index++) await encoder.write(frame);
    }, /No such file or directory/);
  });
});

// A suite of its own, so that the only child is the encoder.
contract('encode, whose child dies,', ({ media, path, filesOf }) => {
  it('says so and leaves nothing behind', async () => {
    const encoder = await media.encode({ path: path('dead.mp4'), width, height, fps });
    await encoder.write(frame);
    const [pid = assert.fail('no child')] = await childPids();
    process.kill(pid, 'SIGKILL');
    await assert.rejects(async () => {
      for (let index = 0; index < 1_000; index++) await encoder.write(frame);
    }, /dead\.mp4 could not be encoded \(ended by system\)/);
    await assert.rejects(encoder.finish(), /could not be encoded/);
    assert.deepEqual(await filesOf('dead.mp4'), []);
  });
});
