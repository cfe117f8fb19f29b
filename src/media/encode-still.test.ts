import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { it } from 'node:test';
import { contract } from '../../test/fixtures/media/contract.ts';
import { pixelAt } from '../../test/fixtures/media/pictures.ts';

/** A soft gradient, with alpha on the right half. */
function gradient(width: number, height: number, rightAlpha = 255) {
  const data = Buffer.alloc(width * height * 4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      data.set(
        [(x * 255) / width, (y * 255) / height, 128, x < width / 2 ? 255 : rightAlpha],
        (y * width + x) * 4,
      );
  return { width, height, data };
}

contract('encodeStill', ({ media, path, filesOf }) => {
  it('writes a JPEG of the same picture, of odd sides too', async () => {
    const bitmap = gradient(101, 67);
    await media.encodeStill(bitmap, { path: path('still.jpg'), quality: 90 });
    const again = await media.decodeImage(path('still.jpg'), { maxSide: 1_000 });
    assert.deepEqual([again.width, again.height], [101, 67]);
    for (const [across, down] of [
      [0.1, 0.1],
      [0.5, 0.5],
      [0.9, 0.2],
    ] as const) {
      const [before, after] = [pixelAt(bitmap, across, down), pixelAt(again, across, down)];
      assert.ok(
        before.every((value, index) => Math.abs(value - (after[index] ?? 0)) < 10),
        `${before} ${after}`,
      );
    }
    assert.deepEqual(await filesOf('still.jpg'), ['still.jpg']);
  });

  it('is smaller at a lower quality, and carries no metadata', async () => {
    const bitmap = gradient(320, 200);
    await media.encodeStill(bitmap, { path: path('fine.jpg'), quality: 95 });
    await media.encodeStill(bitmap, { path: path('coarse.jpg'), quality: 20 });
    const [fine, coarse] = await Promise.all([readFile(path('fine.jpg')), readFile(path('coarse.jpg'))]);
    assert.ok(coarse.length < fine.length * 0.8, `${coarse.length} of ${fine.length}`);
    for (const word of ['Exif', 'Lavc', 'http']) assert.equal(fine.includes(word), false, word);
  });

  it('lays what is transparent on white', async () => {
    await media.encodeStill(gradient(64, 64, 0), { path: path('alpha.jpg'), quality: 90 });
    const [red, green, blue] = pixelAt(await media.decodeImage(path('alpha.jpg'), { maxSide: 64 }), 0.8, 0.5);
    assert.ok(Math.min(red, green, blue) > 245, `${[red, green, blue]}`);
  });

  it('refuses what is no bitmap and what is no quality', async () => {
    const target = { path: path('no.jpg'), quality: 80 };
    await assert.rejects(
      media.encodeStill({ width: 4, height: 4, data: Buffer.alloc(63) }, target),
      /4 x 4 with 63 bytes/,
    );
    await assert.rejects(media.encodeStill(gradient(4, 4), { ...target, quality: 0 }), /quality of 0/);
    await assert.rejects(
      media.encodeStill(gradient(4, 4), { ...target, path: path('none/no.jpg') }),
      /ENOENT/,
    );
    assert.deepEqual(await filesOf('no.jpg'), []);
  });
});
