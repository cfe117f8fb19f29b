import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import { createMedia } from '../../../media/create-media.ts';
import { understandPicture } from './picture.ts';

const media = createMedia();
const read = (name: string, maxSide = 512) =>
  media.decodeImage(fileURLToPath(new URL(`../../../../test/fixtures/local/${name}`, import.meta.url)), {
    maxSide,
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

const drawn = (width: number, height: number, draw: (context: SKRSContext2D) => void) => {
  const context = createCanvas(width, height).getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  draw(context);
  return { width, height, data: Buffer.from(context.getImageData(0, 0, width, height).data.buffer) };
};

test('takes letters on white for a logo and frees them, and a screenshot for something to be read whole', () => {
  const letters = drawn(600, 300, (context) => {
    context.fillStyle = '#143ca0';
    for (let x = 100; x < 500; x += 80) context.fillRect(x, 100, 40, 100);
  });
  const logo = understandPicture({ bitmap: letters, position: 1 });
  assert.equal(logo.role, 'logo');
  assert.ok(logo.subject !== undefined);
  const page = drawn(640, 400, (context) => {
    context.fillStyle = '#1c2030';
    context.fillRect(0, 0, 120, 400);
    context.fillStyle = '#4c6ef5';
    for (let x = 160; x < 600; x += 60) context.fillRect(x, 380 - (x % 7) * 40, 40, 20 + (x % 7) * 40);
  });
  const screen = understandPicture({ bitmap: page, position: 1 });
  assert.equal(screen.role, 'screen');
  assert.ok(screen.subject === undefined, 'an interface is never cut up');
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

test('does not cut out what is too small for a clean outline', async () => {
  const picture = understandPicture({ bitmap: await read('mug.jpg', 300), position: 1 });
  assert.equal(picture.role, 'product');
  assert.ok(picture.subject === undefined);
});
