import assert from 'node:assert/strict';
import { it } from 'node:test';
import { deflateSync } from 'node:zlib';
import { pngWith, profileBomb, textBomb } from '../../test/fixtures/hostile/bombs.ts';
import { zlibZeros } from '../../test/fixtures/hostile/zip-bombs.ts';
import { makePng, pngChunk } from '../../test/fixtures/media/make-png.ts';
import type { BytesOfFile } from './bytes-of-file.ts';
import { pngExcess } from './png-excess.ts';

const excessOf = (content: Buffer) => {
  const file: BytesOfFile = {
    size: content.length,
    read: async (position, length) => content.subarray(position, position + length),
  };
  return pngExcess(file);
};

const tooMuch = /^its colour profile and texts unfold into more than the 16 megabytes that are opened here$/;

const remark = (head: string, packed: Buffer) => Buffer.concat([Buffer.from(head, 'latin1'), packed]);

it('leaves profiles and texts alone that stay small, and those that are broken', async () => {
  const broken = pngChunk('iCCP', remark('icc\0\0', Buffer.from('no zlib at all')));
  const open = pngChunk('zTXt', Buffer.from('a keyword without an end'));
  const plain = pngChunk('iTXt', remark('XML:com.adobe.xmp\0\0\0\0\0', Buffer.alloc(100_000, 0x20)));
  for (const extra of [profileBomb(8), textBomb(8), broken, open, plain])
    assert.equal(await excessOf(pngWith(extra)), undefined);
});

it('finds what unfolds into too much, in one remark or in many', async () => {
  assert.match((await excessOf(pngWith(profileBomb(17)))) ?? '', tooMuch);
  assert.match((await excessOf(pngWith(profileBomb(8), textBomb(4), textBomb(5)))) ?? '', tooMuch);
  const international = pngChunk('iTXt', remark('Title\0\x01\0en\0Title\0', zlibZeros(17)));
  assert.match((await excessOf(pngWith(international))) ?? '', tooMuch);
  const unpacked = pngChunk('iTXt', remark('Title\0\0\0\0\0', Buffer.alloc(17 * 1_048_576)));
  assert.match((await excessOf(pngWith(unpacked))) ?? '', tooMuch);
});

it('leaves a bomb in pieces no way around it: what comes before its fault counts', async () => {
  const packed = Buffer.concat([zlibZeros(64).subarray(0, -10), Buffer.from('fault')]);
  assert.match((await excessOf(pngWith(pngChunk('iCCP', remark('icc\0\0', packed))))) ?? '', tooMuch);
});

it('tells pixels that cannot be packed from pixels behind the picture', async () => {
  const [width, height] = [300, 300];
  const rows = Buffer.alloc((1 + width * 4) * height);
  const shape = { width, height, bitDepth: 8, colorType: 6 };
  const stored = deflateSync(rows, { level: 0 });
  assert.equal(await excessOf(makePng({ ...shape, compressed: stored })), undefined);
  const behind = Buffer.concat([stored, Buffer.alloc(rows.length + 100_000)]);
  assert.equal(
    await excessOf(makePng({ ...shape, compressed: behind })),
    'it holds more pixels than its picture has',
  );
});
