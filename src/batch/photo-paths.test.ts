import assert from 'node:assert/strict';
import { test } from 'node:test';
import { photoPath, photoPathsOf } from './photo-paths.ts';
import { readWorkflow } from './workflow.ts';

const paths = (source: string, photos = '{ column: photos }') =>
  photoPathsOf(
    readWorkflow(
      `{ name: shop, source: ${source}, prompt: it turns, photos: ${photos}, duration: 5, aspect_ratio: '1:1' }`,
      'shop.yaml',
    ),
    '/home/ada/shop',
  );

const remote = [
  '{ url: "https://feed.example/products", key: sku }',
  '{ driver: merchant, url: "https://feed.example/feed.xml" }',
  '{ driver: shopify, url: "https://shop.example/products.json" }',
  '{ driver: csv, url: "https://feed.example/a.csv", key: sku }',
  '{ query: select 1 as sku, url_env: SHOP, key: sku }',
];

for (const source of remote)
  test(`rows from another machine name no file of this one: ${source}`, () => {
    for (const place of ['/etc/passwd', '../.ssh/id_rsa', 'photos/a.jpg', 'file:///etc/passwd'])
      assert.throws(
        () => photoPath(paths(source), place, 'photos'),
        /rows from another machine may name none/,
      );
    const below = paths(source, '{ column: photos, folder: ../pictures }');
    assert.equal(photoPath(below, 'a/1.jpg', 'photos'), '/home/ada/pictures/a/1.jpg');
    for (const place of ['/etc/passwd', '../shop/shop.yaml', 'a/../../x.jpg', '..', '.'])
      assert.throws(() => photoPath(below, place, 'photos'), /lies outside of \/home\/ada\/pictures/);
  });

test('a table on this machine names what lies beside it or in the folder of the workflow', () => {
  const beside = paths('{ path: ../data/shop.csv, key: sku }');
  assert.equal(photoPath(beside, 'photos/a.jpg', 'photos'), '/home/ada/data/photos/a.jpg');
  assert.equal(photoPath(beside, '../shop/a.jpg', 'photos'), '/home/ada/shop/a.jpg');
  for (const place of ['/etc/passwd', '../../.ssh/id_rsa', '../database/a.jpg'])
    assert.throws(() => photoPath(beside, place, 'photos'), /lies outside of \/home\/ada\/shop and/);
});
