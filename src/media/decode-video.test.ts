import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, it } from 'node:test';
import { childPids, clipSize, contract, eventually } from '../../test/fixtures/media/contract.ts';
import { turnedMp4 } from '../../test/fixtures/media/mp4-surgery.ts';
import { pixelAt, solidFrame } from '../../test/fixtures/media/pictures.ts';
import type { DecodeVideoOptions } from './media.ts';

const { fps } = clipSize;

contract('decodeVideo', ({ media, path, film, save }) => {
  let clip = '';

  before(async () => {
    clip = await film('clip.mp4', { frames: 60 });
  });

  async function decoded(file: string, options: DecodeVideoOptions, atMost = 1_000) {
    const bitmaps = [];
    for await (const data of media.decodeVideo(file, options)) {
      bitmaps.push({ width: options.width, height: options.height, data });
      if (bitmaps.length === atMost) break;
    }
    return bitmaps;
  }

  it('shows at each moment of the output what the film shows then', async () => {
    const frames = await decoded(clip, { width: 90, height: 90, fps: 12, startSeconds: 0.5, seconds: 1 });
    assert.equal(frames.length, 12);
    frames.forEach((bitmap, index) => {
      const luma = 20 + 3 * (12 + 2 * index);
      const [level] = pixelAt(bitmap, 0.5, 0.5);
      assert.ok(Math.abs(level - ((luma - 16) * 255) / 219) < 5, `frame ${index} is ${level}`);
    });
  });

  it('repeats frames for a faster output and ends where the film ends', async () => {
    const frames = await decoded(clip, { width: 64, height: 64, fps: 60, startSeconds: 2, seconds: 20 });
    assert.ok(Math.abs(frames.length - 30) <= 1, `${frames.length}`);
  });

  it('brings nothing from behind the end', async () => {
    assert.equal(
      (await decoded(clip, { width: 64, height: 64, fps, startSeconds: 30, seconds: 1 })).length,
      0,
    );
    const nothing = { width: 64, height: 64, fps, startSeconds: 0, seconds: Number.POSITIVE_INFINITY };
    await assert.rejects(decoded(clip, nothing), /Infinity seconds from 0 cannot be decoded/);
  });

  it('keeps colors', async () => {
    const size = { width: 320, height: 180, fps };
    const encoder = await media.encode({ path: path('red.mp4'), ...size });
    for (let index = 0; index < 3; index++) await encoder.write(solidFrame({ ...size, yuv: [63, 102, 240] }));
    await encoder.finish();
    const [frame] = await decoded(path('red.mp4'), { ...size, startSeconds: 0, seconds: 1 }, 1);
    const [red, green, blue, alpha] = pixelAt(frame ?? assert.fail(), 0.2, 0.2);
    assert.ok(red > 245 && green < 10 && blue < 10 && alpha === 255, `${[red, green, blue, alpha]}`);
  });

  it('cuts at the centre to cover another shape', async () => {
    const [frame = assert.fail()] = await decoded(
      clip,
      { width: 60, height: 120, fps, startSeconds: 2, seconds: 1 },
      1,
    );
    const [light] = pixelAt(frame, 0.5, 0.5);
    // The square is a quarter of the height, so it fills the middle half of this narrow cut.
    for (const across of [0.3, 0.7]) assert.ok(Math.abs(pixelAt(frame, across, 0.5)[0] - light) < 12);
    for (const across of [0.15, 0.85]) assert.ok(light - pixelAt(frame, across, 0.5)[0] > 60);
  });

  it('turns a film the way it is shown', async () => {
    const corner = path('corner.mp4');
    const encoder = await media.encode({ path: corner, ...clipSize });
    const frame = solidFrame({ ...clipSize, yuv: [30, 128, 128] });
    for (let row = 0; row < 60; row++) frame.fill(220, row * 320, row * 320 + 60);
    for (let index = 0; index < 3; index++) await encoder.write(frame);
    await encoder.finish();
    const file = await readFile(corner);
    const right = await save('right.mp4', turnedMp4(file, [0, 1, -1, 0]));
    const half = await save('half.mp4', turnedMp4(file, [-1, 0, 0, -1]));
    const [turned = assert.fail()] = await decoded(
      right,
      { width: 180, height: 320, fps, startSeconds: 0, seconds: 1 },
      1,
    );
    assert.ok(pixelAt(turned, 0.95, 0.05)[0] > 200 && pixelAt(turned, 0.05, 0.05)[0] < 60);
    const [over = assert.fail()] = await decoded(
      half,
      { width: 320, height: 180, fps, startSeconds: 0, seconds: 1 },
      1,
    );
    assert.ok(pixelAt(over, 0.95, 0.95)[0] > 200 && pixelAt(over, 0.05, 0.05)[0] < 60);
  });

  it('waits for a slow reader without losing a frame', async () => {
    const levels: number[] = [];
    for await (const data of media.decodeVideo(clip, {
      width: 640,
      height: 360,
      fps,
      startSeconds: 0,
      seconds: 1,
    })) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      levels.push(pixelAt({ width: 640, height: 360, data }, 0.5, 0.5)[0]);
    }
    assert.equal(levels.length, 24);
    assert.deepEqual(
      levels,
      levels.toSorted((a, b) => a - b),
    );
  });

  it('rejects with the reason of the signal', async () => {
    const controller = new AbortController();
    const reason = new Error('no longer wanted');
    const options = { width: 640, height: 640, fps, startSeconds: 0, seconds: 2, signal: controller.signal };
    await assert.rejects(async () => {
      for await (const _ of media.decodeVideo(clip, options)) controller.abort(reason);
    }, reason);
  });

  it('names the file and the reason when it is no film', async () => {
    const file = await save('page.mp4', '<!doctype html><title>Not found</title>');
    const options = { width: 64, height: 64, fps, startSeconds: 0, seconds: 1 };
    await assert.rejects(decoded(file, options), /page\.mp4 cannot be used: it is a web page \(HTML\)/);
  });
});

// A suite of its own, so that the children of other tests are not counted.
contract('decodeVideo, left early,', ({ media, film }) => {
  it('has no child left', async () => {
    const clip = await film('clip.mp4', { frames: 60 });
    const options = { width: 1_280, height: 720, fps: 60, startSeconds: 0, seconds: 2 };
    let seen = 0;
    for await (const _ of media.decodeVideo(clip, options)) {
      seen += 1;
      if (seen === 2) break;
    }
    assert.equal(seen, 2);
    await eventually(async () => assert.deepEqual(await childPids(), []));
  });
});
