import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildReferenceBundle } from './reference-bundle.ts';

const photos = (count: number, name = 'photo') =>
  Array.from({ length: count }, (_, n) => `https://shop.example/${name}-${n + 1}.jpg`);

describe('buildReferenceBundle', () => {
  it('puts parts in their order, with roles and aliases, and says how a prompt names them', async () => {
    const bundle = await buildReferenceBundle([
      { role: 'product', images: [{ url: 'https://shop.example/1.jpg', alias: 'hero' }, 'file_2'] },
      {
        role: 'style',
        images: [{ object: 'file', id: 'file_3' }],
        audio: [{ file_id: 'file_4', role: 'music' }],
      },
    ]);
    assert.deepEqual(bundle.references, {
      reference_images: [
        { url: 'https://shop.example/1.jpg', role: 'product', alias: 'hero' },
        { file_id: 'file_2', role: 'product' },
        { file_id: 'file_3', role: 'style' },
      ],
      reference_audio: [{ file_id: 'file_4', role: 'music' }],
    });
    assert.deepEqual(
      bundle.tags.map(({ tag }) => tag),
      ['@Image1', '@Image2', '@Image3', '@Audio1'],
    );
    assert.deepEqual(bundle.left, []);
  });

  it('has the same hash for the same references, and another for another order, role or alias', async () => {
    const hash = async (...parts: Parameters<typeof buildReferenceBundle>[0]) =>
      (await buildReferenceBundle(parts)).hash;
    const [a, b] = photos(2);
    assert.ok(a !== undefined && b !== undefined);
    const first = await hash({ images: [a, b] });
    assert.match(first, /^[0-9a-f]{64}$/);
    assert.equal(await hash({ images: [a] }, { images: [b] }), first);
    for (const other of [
      await hash({ images: [b, a] }),
      await hash({ role: 'style', images: [a, b] }),
      await hash({ images: [a, { url: b, alias: 'hero' }] }),
      await hash({ images: [a] }),
    ])
      assert.notEqual(other, first);
  });

  for (const [kind, most] of [
    ['images', 9],
    ['videos', 3],
    ['audio', 3],
  ] as const)
    it(`takes ${most} ${kind} and refuses one more, before any call`, async () => {
      await buildReferenceBundle([{ [kind]: photos(most) }]);
      await assert.rejects(buildReferenceBundle([{ [kind]: photos(most + 1) }]), {
        code: 'too_many_references',
      });
    });

  it('asked to fit, keeps the first of every part, then the brand, and tells what it left', async () => {
    const bundle = await buildReferenceBundle(
      [
        { role: 'product', images: photos(7) },
        { role: 'style', images: photos(3, 'brand') },
      ],
      { overflow: 'fit' },
    );
    const urls = bundle.references.reference_images?.map((image) =>
      typeof image === 'string' ? image : image.url,
    );
    assert.deepEqual(urls, [...photos(6), ...photos(3, 'brand')]);
    assert.deepEqual(bundle.left, [
      { kind: 'images', part: 0, index: 6, source: 'https://shop.example/photo-7.jpg' },
    ]);
  });

  it('asked to fit, follows a priority that is given', async () => {
    const { left } = await buildReferenceBundle(
      [
        { role: 'product', images: photos(7), priority: 2 },
        { role: 'style', images: photos(3, 'brand') },
      ],
      { overflow: 'fit' },
    );
    assert.deepEqual(
      left.map(({ source }) => source),
      ['https://shop.example/brand-3.jpg'],
    );
  });

  it('refuses what is no reference, by its place, and an alias that is given twice', async () => {
    await assert.rejects(buildReferenceBundle([{ images: ['https://a.example/1.jpg', './mug.jpg'] }]), {
      code: 'invalid_request',
      message: 'parts[0].images[1] is no reference: ./mug.jpg',
    });
    await assert.rejects(
      buildReferenceBundle([
        { images: [{ url: 'https://a.example/1.jpg', alias: 'hero' }] },
        { videos: [{ url: 'https://a.example/1.mp4', alias: 'Hero' }] },
      ]),
      { code: 'invalid_request' },
    );
  });
});
