import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { deflateSync } from 'node:zlib';
import { hostileFiles } from '../../test/fixtures/hostile/corpus.ts';
import { type Listener, listen } from '../../test/fixtures/hostile/listener.ts';
import { oddFiles } from '../../test/fixtures/hostile/odd-files.ts';
import { lures } from '../../test/fixtures/hostile/playlists.ts';
import { watchDescendants } from '../../test/fixtures/hostile/watch-memory.ts';
import { contract, fixture } from '../../test/fixtures/media/contract.ts';
import { makeJpeg } from '../../test/fixtures/media/make-jpeg.ts';
import { makePng } from '../../test/fixtures/media/make-png.ts';
import { descend } from '../../test/fixtures/media/mp4-surgery.ts';
import { silentMp3 } from '../../test/fixtures/media/sounds.ts';
import type { Backend } from './backend.ts';
import { ffmpegBackend } from './ffmpeg/backend.ts';
import { findProgram } from './find-program.ts';
import { nodeAvBackend } from './node-av/backend.ts';

contract('a hostile file', ({ media, path, save, film, factsOf, reasonFor }) => {
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
      ['notes.wav', 'just some words', /text file/],
      ['empty.jpg', '', /^it is empty$/],
    ];
    for (const [name, content, reason] of files) await refused(await save(name, content), reason);
    await refused(fixture('clip.avi'), /AVI video, a format that is not opened here/);
    await refused(fixture('moving.webp'), /animated WebP image/);
    await refused(await save('garbage.mp4', noise(3_000)), /unknown kind of file/);
  });

  it('is refused with its reason, whatever it is', async () => {
    await unharmed(async (origin) => {
      const files = await hostileFiles(origin);
      assert.ok(files.length > 60);
      for (const { name, content, reason } of files) await refused(await save(name, content), reason);
    });
  });

  it('costs no more than any other when it is only strange', async () => {
    await unharmed(async (origin) => {
      for (const { name, content, ...size } of oddFiles(origin)) {
        const { width, height } = await factsOf(await save(name, content));
        assert.deepEqual({ width, height }, size, name);
        const bitmap = await media.decodeImage(path(name), { maxSide: 64 });
        assert.deepEqual({ width: bitmap.width, height: bitmap.height }, size, name);
      }
    });
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
    const gif = Buffer.from(await readFile(fixture('moving.gif')));
    gif.writeUInt16LE(65_535, 6);
    gif.writeUInt16LE(65_535, 8);
    await refused(await save('huge.gif', gif), /is larger|cannot be decoded/);
  });

  it('is refused when it never ends', async () => {
    await refused(await save('long.mp3', silentMp3(660)), /^it is longer than 10 minutes$/);
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

/** Every backend of this machine, without the network namespace that Kinora puts around it. */
const backends: [name: string, backend: Backend][] = [['node-av', nodeAvBackend()]];
const ffmpeg = findProgram('ffmpeg');
if (ffmpeg !== undefined) backends.push(['ffmpeg', ffmpegBackend(ffmpeg)]);

for (const [name, backend] of backends)
  it(`cannot make ${name} call anybody, even if it got past us`, async () => {
    await withLures(async ({ listener, save }) => {
      for (const name of [
        'hls.mp4',
        'ffconcat.mp4',
        'dash.mp4',
        'svg-links.png',
        'elsewhere.mov',
        'alias.mov',
      ]) {
        const source = { path: await save(name), demuxer: 'mov' };
        const command = backend.command({ task: 'inspect', source, streams: ['video'], mostPictures: 10 });
        await run(command.file, command.args);
      }
      assert.equal(listener.calls(), 0);
    });
  });

it('would have whoever follows it call', { skip: ffmpeg === undefined && 'needs an ffmpeg' }, async () => {
  await withLures(async ({ listener, save }) => {
    const args = ['-protocol_whitelist', 'file,http,tcp', '-f', 'hls', '-i', await save('hls.mp4')];
    await run(ffmpeg ?? '', [...args, '-f', 'null', '-']);
    assert.ok(listener.calls() > 0);
  });
});

async function withLures(
  use: (given: { listener: Listener; save(name: string): Promise<string> }) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kinora-lures-'));
  const listener = await listen();
  const files = [...lures(listener.origin), ...oddFiles(listener.origin)];
  const save = async (name: string) => {
    const file = files.find((candidate) => candidate.name === name) ?? assert.fail(`no lure ${name}`);
    await writeFile(join(folder, name), file.content);
    return join(folder, name);
  };
  try {
    await use({ listener, save });
  } finally {
    listener.close();
    await rm(folder, { recursive: true });
  }
}

async function run(file: string, args: readonly string[]): Promise<void> {
  const [, signal] = await once(spawn(file, args, { stdio: 'ignore', timeout: 20_000 }), 'close');
  assert.equal(signal, null);
}

/** Nobody was called, and no child took much memory. */
async function unharmed(use: (origin: string) => Promise<void>): Promise<void> {
  const listener = await listen();
  const memory = watchDescendants(process.pid);
  try {
    await use(listener.origin);
    assert.equal(listener.calls(), 0);
  } finally {
    listener.close();
    const peak = await memory.stop();
    // Of any child, the runtime included; one that decodes a plain picture takes 100 MB.
    assert.ok(peak < 400_000_000, `a child took ${peak} bytes`);
  }
}

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
