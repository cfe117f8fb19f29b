import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { fixture } from '../../test/fixtures/media/contract.ts';
import { descend, turnedMp4 } from '../../test/fixtures/media/mp4-surgery.ts';
import type { BytesOfFile } from './bytes-of-file.ts';
import { readMp4Index } from './mp4-boxes.ts';

const inMemory = (content: Buffer): BytesOfFile => ({
  size: content.length,
  read: async (position, length) => content.subarray(position, position + length),
});

const clip = readFileSync(fixture('clip-hevc.mp4'));

it('counts samples and seconds of each track', async () => {
  const index = await readMp4Index(inMemory(clip));
  assert.equal(index?.fastStart, false);
  assert.deepEqual(
    index?.tracks.map(({ kind, samples, seconds }) => [kind, samples, seconds]),
    [['video', 24, 1]],
  );
  const sound = await readMp4Index(inMemory(readFileSync(fixture('sound.m4a'))));
  assert.equal(sound?.tracks[0]?.kind, 'audio');
});

it('sees whether the index stands before the media', async () => {
  const [index, media] = ['moov', 'mdat'].map((type) => {
    const at = clip.indexOf(type, 0, 'latin1') - 4;
    return clip.subarray(at, at + clip.readUInt32BE(at));
  }) as [Buffer, Buffer];
  const head = clip.subarray(0, clip.readUInt32BE(0));
  assert.equal((await readMp4Index(inMemory(Buffer.concat([head, index, media]))))?.fastStart, true);
  assert.equal((await readMp4Index(inMemory(Buffer.concat([head, media, index]))))?.fastStart, false);
});

it('sees whether the file goes on to the end of its last box', async () => {
  assert.equal((await readMp4Index(inMemory(clip)))?.complete, true);
  assert.equal((await readMp4Index(inMemory(clip.subarray(0, clip.length - 1))))?.complete, false);
  assert.equal((await readMp4Index(inMemory(Buffer.concat([clip, Buffer.alloc(3)]))))?.complete, false);
});

it('understands a box of 64 bits and one that goes on to the end', async () => {
  const index = clip.indexOf('moov', 0, 'latin1') - 4;
  const wide = Buffer.from('\0\0\0\x01mdat\0\0\0\0\0\0\0\x14abcd', 'latin1');
  assert.equal((await readMp4Index(inMemory(Buffer.concat([wide, clip.subarray(index)]))))?.fastStart, false);
  const open = Buffer.from(clip.subarray(index));
  open.writeUInt32BE(0);
  assert.equal((await readMp4Index(inMemory(open)))?.tracks.length, 1);
});

it('reads how a track is turned', async () => {
  const turned = await readMp4Index(inMemory(turnedMp4(clip, [0, 1, -1, 0])));
  assert.deepEqual(turned?.tracks[0]?.upright, { filters: ['transpose=clock'], swapsSides: true });
  const skewed = await readMp4Index(inMemory(turnedMp4(clip, [1, 1, -1, 1])));
  assert.deepEqual(skewed?.tracks[0]?.upright, { filters: [], swapsSides: false });
});

it('finds no index where there is none, and never runs on', async () => {
  for (const content of [
    Buffer.alloc(0),
    Buffer.alloc(100),
    Buffer.from('\0\0\0\x08ftyp', 'latin1'),
    Buffer.from('\0\0\0\x04ftypmoov', 'latin1'),
    Buffer.from('\xff\xff\xff\xffmdat', 'latin1'),
    Buffer.from('\0\0\0\x01mdat\xff\xff\xff\xff\xff\xff\xff\xff', 'latin1'),
    clip.subarray(0, clip.indexOf('moov', 0, 'latin1') - 4),
  ])
    assert.equal(await readMp4Index(inMemory(content)), undefined);
});

it('reads what is left of an index that is cut or full of noise', async () => {
  const index = clip.indexOf('moov', 0, 'latin1') - 4;
  for (let length = 8; clip.length - index > length; length += 7) {
    const found = await readMp4Index(inMemory(clip.subarray(index, index + length)));
    assert.ok((found?.tracks.length ?? 0) <= 1);
  }
  const noisy = Buffer.from(clip);
  descend(noisy, ['moov']).fill(0xff, 200);
  assert.ok((await readMp4Index(inMemory(noisy))) !== undefined);
});

it('tells a compressed index', async () => {
  const packed = Buffer.from('\0\0\0\x14moov\0\0\0\x0ccmov\0\0\0\0', 'latin1');
  assert.equal((await readMp4Index(inMemory(packed)))?.packed, true);
  assert.equal((await readMp4Index(inMemory(clip)))?.packed, false);
});
