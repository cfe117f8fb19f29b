import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createMedia } from '../../../media/create-media.ts';
import { understandPicture } from './picture.ts';

const media = createMedia();
const read = (name: string) =>
  media.decodeImage(fileURLToPath(new URL(`../../../../test/fixtures/local/${name}`, import.meta.url)), {
    maxSide: 512,
  });

for (const [name, role] of [
  ['mug.jpg', 'product'],
  ['bottle.jpg', 'product'],
  ['logo-mark.png', 'logo'],
  ['terracotta-scene.jpg', 'scene'],
] as const)
  test(`takes ${name} for a ${role}`, async () => {
    const picture = understandPicture({ bitmap: await read(name), position: 1 });
    assert.equal(picture.role, role);
    assert.equal(picture.roleIsGiven, false);
  });

test('believes the role it is given, whatever the picture looks like', async () => {
  const picture = understandPicture({ bitmap: await read('mug.jpg'), position: 1, role: 'style' });
  assert.equal(picture.role, 'style');
  assert.equal(picture.roleIsGiven, true);
  assert.ok(picture.subject === undefined);
});

test('keeps a product it cannot cut out as a whole picture', async () => {
  const picture = understandPicture({
    bitmap: await read('terracotta-scene.jpg'),
    position: 1,
    role: 'product',
  });
  assert.equal(picture.role, 'product');
  assert.ok(picture.subject === undefined);
});
