import assert from 'node:assert/strict';
import { it } from 'node:test';
import { jpegInPasses } from '../../test/fixtures/hostile/bombs.ts';
import { exifWithOrientation, makeJpeg, withExifOrientation } from '../../test/fixtures/media/make-jpeg.ts';
import { makePng, pngChunk } from '../../test/fixtures/media/make-png.ts';
import type { BytesOfFile } from './bytes-of-file.ts';
import { exifOrientation, readImageHeader } from './image-header.ts';
import { uprightByExif, uprightByTurns } from './upright.ts';

const inMemory = (content: Buffer): BytesOfFile => ({
  size: content.length,
  read: async (position, length) => content.subarray(position, position + length),
});

/** Little-endian, behind another entry. */
const littleEndianExif = Buffer.from(
  [
    '49492a0008000000',
    '0200',
    '0f01020001000000',
    '00000000',
    '1201030001000000',
    '03000000',
    '00000000',
  ].join(''),
  'hex',
);

it('reads the orientation in either byte order', () => {
  for (let orientation = 1; orientation <= 8; orientation++)
    assert.equal(exifOrientation(exifWithOrientation(orientation)), orientation);
  assert.equal(exifOrientation(littleEndianExif), 3);
});

it('takes broken EXIF data for none', () => {
  assert.equal(exifOrientation(Buffer.alloc(0)), 1);
  assert.equal(exifOrientation(Buffer.from('MM\0*\xff\xff\xff\xff', 'latin1')), 1);
  for (let length = 0; length < littleEndianExif.length; length++)
    assert.ok([1, 3].includes(exifOrientation(littleEndianExif.subarray(0, length))));
  assert.deepEqual(uprightByExif(9), { filters: [], swapsSides: false });
});

it('finds EXIF data in JPEG, PNG and WebP', async () => {
  const jpeg = withExifOrientation(makeJpeg([80]), 6);
  assert.deepEqual((await readImageHeader(inMemory(jpeg), 'jpeg')).upright, uprightByExif(6));
  const exif = pngChunk('eXIf', exifWithOrientation(8));
  const png = makePng({
    width: 1,
    height: 1,
    bitDepth: 8,
    colorType: 0,
    rows: Buffer.alloc(2),
    extra: [exif],
  });
  assert.deepEqual((await readImageHeader(inMemory(png), 'png')).upright, uprightByExif(8));
  const webp = Buffer.concat([
    Buffer.from('RIFF\0\0\0\0WEBPVP8 \x03\0\0\0abc\0EXIF\x16\0\0\0', 'latin1'),
    exifWithOrientation(3),
  ]);
  webp.writeUInt32LE(webp.length - 8, 4);
  assert.deepEqual(await readImageHeader(inMemory(webp), 'webp'), {
    complete: true,
    upright: uprightByExif(3),
  });
});

it('sees whether a picture is all there, wherever it is cut', async () => {
  const pictures = {
    jpeg: makeJpeg([80]),
    png: makePng({ width: 1, height: 1, bitDepth: 8, colorType: 0, rows: Buffer.alloc(2) }),
  };
  for (const [container, picture] of Object.entries(pictures) as ['jpeg' | 'png', Buffer][]) {
    const isComplete = async (content: Buffer) =>
      (await readImageHeader(inMemory(content), container)).complete;
    assert.equal(await isComplete(picture), true);
    assert.equal(
      await isComplete(Buffer.concat([picture, Buffer.alloc(100)])),
      true,
      'with something behind it',
    );
    // Of a PNG the last eight bytes are a checksum and the type, which alone says that it ended.
    const end = container === 'png' ? picture.length - 4 : picture.length;
    for (let length = 16; length < end; length++)
      assert.equal(await isComplete(picture.subarray(0, length)), false);
  }
});

it('counts the passes in which a JPEG is drawn, up to the end of its picture', async () => {
  const passesOf = async (content: Buffer) => (await readImageHeader(inMemory(content), 'jpeg')).passes;
  assert.equal(await passesOf(makeJpeg([80])), 1);
  assert.equal(await passesOf(Buffer.concat([makeJpeg([80]), jpegInPasses(7)])), 1);
  // Long enough to be read in many pieces, with markers on their borders.
  assert.equal(await passesOf(jpegInPasses(20_000)), 20_000);
});

it('turns AVIF first and mirrors it then', () => {
  assert.deepEqual(uprightByTurns(1, undefined), { filters: ['transpose=cclock'], swapsSides: true });
  assert.deepEqual(uprightByTurns(3, 'sides'), { filters: ['transpose=clock', 'hflip'], swapsSides: true });
  assert.deepEqual(uprightByTurns(0, 'top'), { filters: ['vflip'], swapsSides: false });
});
