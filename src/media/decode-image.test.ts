import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { it } from 'node:test';
import { contract, fixture } from '../../test/fixtures/media/contract.ts';
import { exifWithOrientation, makeJpeg, withExifOrientation } from '../../test/fixtures/media/make-jpeg.ts';
import { makePng, pngChunk, pngRows } from '../../test/fixtures/media/make-png.ts';
import { turnedMp4 } from '../../test/fixtures/media/mp4-surgery.ts';
import { pixelAt } from '../../test/fixtures/media/pictures.ts';

const near = (actual: number[], expected: number[], tolerance = 6) =>
  assert.ok(
    expected.every((value, index) => Math.abs((actual[index] ?? Number.NaN) - value) <= tolerance),
    `[${actual}] is not about [${expected}]`,
  );

contract('decodeImage', ({ media, save, film }) => {
  const decode = (path: string, maxSide = 1_000) => media.decodeImage(path, { maxSide });

  it('reads every kind of PNG', async () => {
    const [width, height] = [6, 4];
    const palette = [
      pngChunk('PLTE', Buffer.from([10, 20, 30, 200, 100, 50])),
      pngChunk('tRNS', Buffer.from([255, 128])),
    ];
    const kinds: [name: string, bitDepth: number, colorType: number, pixel: number[], expected: number[]][] =
      [
        ['grey', 8, 0, [77], [77, 77, 77, 255]],
        ['sixteen-bit', 16, 2, [0x80, 0, 0x40, 0, 0xff, 0xff], [128, 64, 255, 255]],
        ['grey-alpha', 8, 4, [90, 128], [90, 90, 90, 128]],
        ['sixteen-bit-alpha', 16, 6, [0x20, 0, 0xc0, 0, 0x60, 0, 0x80, 0], [32, 192, 96, 128]],
        ['palette', 8, 3, [1], [200, 100, 50, 128]],
      ];
    for (const [name, bitDepth, colorType, pixel, expected] of kinds) {
      const rows = pngRows(width, height, () => pixel);
      const extra = colorType === 3 ? palette : [];
      const path = await save(`${name}.png`, makePng({ width, height, bitDepth, colorType, rows, extra }));
      const bitmap = await decode(path);
      assert.deepEqual(
        [bitmap.width, bitmap.height, bitmap.data.length],
        [width, height, width * height * 4],
        name,
      );
      near(pixelAt(bitmap, 0.5, 0.5), expected, 2);
    }
  });

  it('reads grey and CMYK JPEGs', async () => {
    near(pixelAt(await decode(await save('grey.jpg', makeJpeg([160]))), 0.5, 0.5), [160, 160, 160, 255], 3);
    // Adobe stores ink inverted: no cyan, half the magenta, full yellow, no black.
    const cmyk = await decode(await save('cmyk.jpg', makeJpeg([255, 128, 0, 255])));
    assert.deepEqual([cmyk.width, cmyk.height], [16, 8]);
    near(pixelAt(cmyk, 0.5, 0.5), [255, 128, 0, 255], 4);
  });

  it('reads WebP with its transparency, AVIF, and the first picture of what moves', async () => {
    for (const name of ['mark.webp', 'mark-lossless.webp']) {
      const mark = await decode(fixture(name));
      const corner = pixelAt(mark, 0, 0);
      assert.equal(corner[3], 0, name);
      assert.ok(
        mark.data.some((value, index) => index % 4 === 3 && value === 255),
        name,
      );
    }
    for (const [name, width, height] of [
      ['photo.avif', 64, 36],
      ['moving.gif', 64, 36],
      ['moving.png', 48, 27],
    ] as const) {
      const bitmap = await decode(fixture(name));
      assert.deepEqual([bitmap.width, bitmap.height], [width, height], name);
    }
    const first = await decode(await film('film.mp4', { frames: 30 }));
    assert.deepEqual([first.width, first.height], [320, 180]);
    near(pixelAt(first, 0.5, 0.5), [5, 5, 5, 255]);
  });

  it('stands upright whatever the EXIF orientation says', async () => {
    // 16 x 8 as stored, with a red corner on the top left and a green one on the top right.
    const [black, red, green] = [
      [0, 0, 0],
      [255, 0, 0],
      [0, 255, 0],
    ] as const;
    const rows = pngRows(16, 8, (x, y) => [...(y >= 4 ? black : x < 4 ? red : x >= 12 ? green : black)]);
    // Where they are to be seen: top left, top right, bottom left, bottom right.
    const expected: Record<number, string> = {
      2: 'GR--',
      3: '--GR',
      5: 'R-G-',
      6: '-R-G',
      7: '-G-R',
      8: 'G-R-',
    };
    const places = [
      [0.05, 0.05],
      [0.95, 0.05],
      [0.05, 0.95],
      [0.95, 0.95],
    ] as const;
    for (const [orientation, corners] of Object.entries(expected)) {
      const exif = pngChunk('eXIf', exifWithOrientation(Number(orientation)));
      const png = makePng({ width: 16, height: 8, bitDepth: 8, colorType: 2, rows, extra: [exif] });
      const bitmap = await decode(await save(`turned-${orientation}.png`, png));
      assert.deepEqual([bitmap.width, bitmap.height], Number(orientation) > 4 ? [8, 16] : [16, 8]);
      const seen = places.map(([across, down]) => {
        const [r, g] = pixelAt(bitmap, across, down);
        return r > 200 ? 'R' : g > 200 ? 'G' : '-';
      });
      assert.equal(seen.join(''), corners, `orientation ${orientation}`);
    }
  });

  it('agrees with the probe about the upright size of a JPEG and of a turned film', async () => {
    const jpeg = await save('turned.jpg', withExifOrientation(makeJpeg([160], 4), 6));
    const turned = await save(
      'turned.mp4',
      turnedMp4(await readFile(await film('flat.mp4', { frames: 3 })), [0, 1, -1, 0]),
    );
    for (const [path, width, height] of [
      [jpeg, 8, 32],
      [turned, 180, 320],
    ] as const) {
      const bitmap = await decode(path);
      assert.deepEqual([bitmap.width, bitmap.height], [width, height]);
      const probed = await media.probe(path);
      assert.ok(probed.status === 'readable');
      assert.deepEqual([probed.facts.width, probed.facts.height], [width, height]);
    }
  });

  it('scales down to fit, never up, and never to nothing', async () => {
    const png = (width: number, height: number) =>
      makePng({ width, height, bitDepth: 8, colorType: 0, rows: pngRows(width, height, () => [120]) });
    const path = await save('wide.png', png(120, 45));
    const sizeAt = async (file: string, maxSide: number) => {
      const { width, height } = await decode(file, maxSide);
      return [width, height];
    };
    assert.deepEqual(await sizeAt(path, 40), [40, 15]);
    assert.deepEqual(await sizeAt(path, 4_000), [120, 45]);
    assert.deepEqual(await sizeAt(await save('strip.png', png(900, 1)), 30), [30, 1]);
    await assert.rejects(decode(path, 0), /fitted into 0 pixels/);
  });

  it('keeps the edges of transparent pictures clean', async () => {
    // White on the left; on the right invisible black, which must not darken the edge.
    const rows = pngRows(64, 64, (x) => (x < 31 ? [255, 255, 255, 255] : [0, 0, 0, 0]));
    const path = await save('edge.png', makePng({ width: 64, height: 64, bitDepth: 8, colorType: 6, rows }));
    const { data } = await decode(path, 16);
    let halfSeen = false;
    for (let at = 0; at < data.length; at += 4) {
      const alpha = data.readUInt8(at + 3);
      if (alpha < 32) continue;
      halfSeen ||= alpha < 250;
      assert.ok(data.readUInt8(at) > 240, `red ${data.readUInt8(at)} at alpha ${alpha}`);
    }
    assert.ok(halfSeen, 'the edge is soft');
  });

  it('names the file and the reason when it is no picture', async () => {
    await assert.rejects(
      decode(await save('page.jpg', '<html><body>404</body></html>')),
      /page\.jpg cannot be used: it is a web page/,
    );
    await assert.rejects(decode(fixture('sound.mp3')), /sound\.mp3 cannot be used: it cannot be decoded/);
    const reason = new Error('enough');
    await assert.rejects(
      media.decodeImage(fixture('mark.webp'), { maxSide: 10, signal: AbortSignal.abort(reason) }),
      reason,
    );
  });
});
