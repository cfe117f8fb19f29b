import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { it } from 'node:test';
import { deflateSync } from 'node:zlib';
import { contract, fixture } from '../../test/fixtures/media/contract.ts';
import { makeJpeg } from '../../test/fixtures/media/make-jpeg.ts';
import { makePng } from '../../test/fixtures/media/make-png.ts';
import { descend } from '../../test/fixtures/media/mp4-surgery.ts';
import { makeWav, silentMp3, tones } from '../../test/fixtures/media/sounds.ts';

contract('a hostile file', ({ media, path, save, film, reasonFor }) => {
  /** Unreadable for such a reason, and soon. */
  async function refused(file: string, reason: RegExp, withinSeconds = 10): Promise<void> {
    const start = performance.now();
    assert.match(await reasonFor(file), reason);
    const took = (performance.now() - start) / 1_000;
    assert.ok(took < withinSeconds, `${file} took ${took} s`);
  }

  it('is refused by its content when it is no media at all', async () => {
    const files: [name: string, content: string, reason: RegExp][] = [
      [
        'page.jpg',
        '\n<!DOCTYPE html><html><head><title>Sign in</title>',
        /^it is a web page \(HTML\), not an image/,
      ],
      ['drawing.png', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"></svg>', /SVG drawing/],
      ['bare.png', '<svg><image href="file:///etc/passwd"/></svg>', /SVG drawing/],
      ['list.mp4', 'ffconcat version 1.0\nfile /etc/passwd\n', /ffconcat script/],
      ['stream.mp4', '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n', /HLS playlist/],
      ['dash.mp4', '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>', /DASH playlist/],
      ['notes.wav', 'just some words', /text file/],
      ['empty.jpg', '', /^it is empty$/],
    ];
    for (const [name, content, reason] of files) await refused(await save(name, content), reason);
    await refused(fixture('clip.avi'), /AVI video, a format that is not opened here/);
    await refused(fixture('moving.webp'), /animated WebP image/);
    await refused(await save('garbage.mp4', noise(3_000)), /unknown kind of file/);
  });

  it('is refused when it is no file', { skip: process.platform === 'win32' }, async () => {
    await mkdir(path('folder.mp4'));
    await refused(path('folder.mp4'), /^it is a folder$/);
    assert.equal(spawnSync('mkfifo', [path('pipe.mp4')]).status, 0);
    await refused(path('pipe.mp4'), /^it is a pipe or a device/);
    await refused('/dev/zero', /^it is a pipe or a device/);
    await refused(path('missing.mp4'), /^there is no such file$/);
  });

  it('is refused when only its first bytes are media', async () => {
    const beginnings: [name: string, head: Buffer][] = [
      ['cut.jpg', makeJpeg([100]).subarray(0, 30)],
      ['noise.png', Buffer.from('89504e470d0a1a0a', 'hex')],
      ['noise.webp', Buffer.from('RIFF\x00\x10\x00\x00WEBPVP8 ', 'latin1')],
      ['noise.mp3', Buffer.from('49443304000000000000fffb9000', 'hex')],
      ['noise.webm', Buffer.from('1a45dfa39f4282847765626d', 'hex')],
      ['noise.wav', Buffer.from('RIFF\x00\x10\x00\x00WAVEfmt ', 'latin1')],
    ];
    for (const [name, head] of beginnings)
      await refused(
        await save(name, Buffer.concat([head, noise(2_000)])),
        /cannot be decoded|damaged|cut off|is larger than|too much memory/,
      );
  });

  it('is refused when its codec is not one of ours', async () => {
    await refused(fixture('clip-ffv1.mkv'), /^its video codec, ffv1, is not opened here$/);
  });

  it('is refused when it unfolds into too many pixels', async () => {
    const rows = deflateSync(Buffer.alloc(1_000_000));
    const png = (width: number, height: number) =>
      makePng({ width, height, bitDepth: 8, colorType: 6, compressed: rows });
    await refused(
      await save('huge.png', png(30_000, 30_000)),
      /its picture of 30000 x 30000 pixels is larger/,
    );
    await refused(
      await save(
        'strip.png',
        makePng({ width: 1, height: 65_535, bitDepth: 8, colorType: 0, rows: Buffer.alloc(131_070) }),
      ),
      /1 x 65535 pixels is larger|cannot be decoded/,
    );
    const jpeg = Buffer.from(makeJpeg([100]));
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    jpeg.writeUInt16BE(65_500, frame + 5);
    jpeg.writeUInt16BE(65_500, frame + 7);
    await refused(await save('huge.jpg', jpeg), /65500 x 65500 pixels is larger|cannot be decoded/);
    const gif = Buffer.from(await readFile(fixture('moving.gif')));
    gif.writeUInt16LE(65_535, 6);
    gif.writeUInt16LE(65_535, 8);
    await refused(await save('huge.gif', gif), /is larger|cannot be decoded/);
  });

  it('is refused when it never ends', async () => {
    await refused(await save('long.mp3', silentMp3(660)), /^it is longer than 10 minutes$/);
    const lying = makeWav({
      rate: 8_000,
      channels: 1,
      samples: tones(0.5).left,
      claimedBytes: 1_000_000_000,
    });
    await refused(await save('lying.wav', lying), /^it is cut off: only 0 % of its sound is there$/);
    const slow = await withTimescale(1);
    await refused(await save('slow.mp4', slow), /^it is longer than 10 minutes$/);
  });

  it('is refused when it has a million pictures a second', async () => {
    const fast = await withTimescale(500_000_000);
    await refused(await save('fast.mp4', fast), /^it has more than 480 pictures a second$/);
  });

  /** A film of 48 frames whose clock was changed. */
  async function withTimescale(ticksPerSecond: number): Promise<Buffer> {
    const name = `clock-${ticksPerSecond}.mp4`;
    const copy = Buffer.from(await readFile(await film(name, { frames: 48 })));
    descend(copy, ['moov', 'trak', 'mdia', 'mdhd']).writeUInt32BE(ticksPerSecond, 12);
    // Without the edit list, which is in the clock of the whole film and would cut most of it off.
    const edits = copy.indexOf('edts', 0, 'latin1');
    copy.write('free', edits, 'latin1');
    return copy;
  }

  it('cannot read other files through the demuxer', async () => {
    const options = { width: 64, height: 64, fps: 24, startSeconds: 0, seconds: 1 };
    const list = await save('inner.mp4', `ffconcat version 1.0\nfile '${fixture('clip-hevc.mp4')}'\n`);
    await assert.rejects(async () => {
      for await (const _ of media.decodeVideo(list, options)) assert.fail('a frame came out');
    }, /ffconcat script/);
  });
});

/** The same bytes each time, with no pattern a decoder would know. */
function noise(length: number): Buffer {
  let state = 12_345;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return (state >> 16) & 0xff;
    }),
  );
}
