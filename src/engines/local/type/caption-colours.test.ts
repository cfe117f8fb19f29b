import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { type Canvas, createCanvas, loadImage } from '@napi-rs/canvas';
import { seededRandom } from '../random.ts';
import { canvasOf, readBack } from '../stage/read-back.ts';
import type { Box, Caption } from './caption.ts';
import { captionColours } from './caption-colours.ts';
import { contrastOf, luminanceOf, type Rgb, rgbOfHex } from './contrast.ts';
import { drawShade, shadeRegion } from './draw-shade.ts';
import { groundBehind, mergeGrounds, type Picture } from './ground.ts';
import { layOut } from './lay-out.ts';

const frame = { width: 640, height: 360 };
const samples = new URL('../../../../examples/halden/', import.meta.url);
const caption: Caption = {
  text: 'Quiet by design, made for slow mornings',
  style: 'title',
  place: 'lower_third',
  family: 'sans',
};

const plain = (colour: string) => () => {
  const canvas = createCanvas(frame.width, frame.height);
  const context = canvas.getContext('2d');
  context.fillStyle = colour;
  context.fillRect(0, 0, frame.width, frame.height);
  return canvas;
};

/** Small squares of every colour, the hardest ground there is. */
function busy(): Canvas {
  const canvas = createCanvas(frame.width, frame.height);
  const context = canvas.getContext('2d');
  const random = seededRandom(3, 'busy ground');
  for (let y = 0; y < frame.height; y += 6)
    for (let x = 0; x < frame.width; x += 6) {
      context.fillStyle = `rgb(${random() * 255},${random() * 255},${random() * 255})`;
      context.fillRect(x, y, 6, 6);
    }
  return canvas;
}

const photo = (name: string) => async () => {
  const picture = await loadImage(await readFile(new URL(name, samples)));
  const canvas = createCanvas(frame.width, frame.height);
  const scale = Math.max(frame.width / picture.width, frame.height / picture.height);
  canvas.getContext('2d').drawImage(picture, 0, 0, picture.width * scale, picture.height * scale);
  return canvas;
};

const grounds: Record<string, () => Canvas | Promise<Canvas>> = {
  white: plain('#ffffff'),
  black: plain('#000000'),
  'mid grey': plain('#777777'),
  'pure blue': plain('#0000ff'),
  'pure yellow': plain('#ffff00'),
  'busy colours': busy,
  'a terracotta set': photo('brand/halden-style-1-terracotta.jpg'),
  'a sand set': photo('brand/halden-style-2-sand.jpg'),
  'a green set': photo('brand/halden-style-3-green.jpg'),
  'a mug on white': photo('products/MUG-01/1.jpg'),
};

for (const [name, draw] of Object.entries(grounds))
  for (const place of ['lower_third', 'lower_left', 'centre', 'upper'] as const)
    test(`letters can be read on ${name} (${place})`, async () => {
      const canvas = await draw();
      const layout = layOut({ ...caption, place }, frame);
      assert.ok(layout.fits);
      const picture = readBack(canvas);
      const around = groundBehind(picture, shadeRegion(layout));
      const look = captionColours(groundBehind(picture, layout.box), { around });
      if (look.shade !== undefined) {
        const { bitmap, x, y } = drawShade(layout, look.shade);
        canvas.getContext('2d').drawImage(canvasOf(bitmap), x, y);
      }
      const contrasts = contrastsIn(readBack(canvas), layout.box, rgbOfHex(look.colour));
      assert.ok((contrasts[Math.floor(contrasts.length * 0.005)] ?? 0) >= 4.5, `${contrasts[0]}`);
    });

function contrastsIn({ width, data }: Picture, box: Box, colour: Rgb): number[] {
  const found: number[] = [];
  for (let y = box.y; y < box.y + box.height; y++)
    for (let x = box.x; x < box.x + box.width; x++) {
      const at = (y * width + x) * 4;
      found.push(contrastOf(colour, [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0]));
    }
  return found.sort((one, other) => one - other);
}

const groundOf = (colour: Rgb) => [{ colour, share: 1 }];

test('the contrast formula gives the known values', () => {
  assert.equal(contrastOf([0, 0, 0], [255, 255, 255]), 21);
  assert.ok(Math.abs(contrastOf([118, 118, 118], [255, 255, 255]) - 4.54) < 0.01);
});

test('needs no shade on white, on black and on a deep wall', () => {
  for (const colour of [
    [255, 255, 255],
    [0, 0, 0],
    [50, 40, 60],
  ] as const)
    assert.equal(captionColours(groundOf(colour)).shade, undefined);
});

test('takes the colour of the brand where it can be read as well', () => {
  const palette = ['#1d3a2f', '#c0552f', '#f7f0e2'];
  assert.equal(captionColours(groundOf([255, 255, 255]), { brandPalette: palette }).colour, '#1d3a2f');
  assert.equal(captionColours(groundOf([20, 20, 20]), { brandPalette: palette }).colour, '#f7f0e2');
  const onRed = captionColours(groundOf([192, 85, 47]), { brandPalette: palette });
  assert.ok(luminanceOf(rgbOfHex(onRed.colour)) > 0.8);
});

test('the picture around decides where light and dark letters serve as well', () => {
  const green = groundOf([90, 125, 108]);
  const onWhite = captionColours(green, { around: groundOf([255, 255, 255]) });
  const onBlack = captionColours(green, { around: groundOf([0, 0, 0]) });
  assert.ok(luminanceOf(rgbOfHex(onWhite.colour)) < 0.05, onWhite.colour);
  assert.ok(luminanceOf(rgbOfHex(onBlack.colour)) > 0.8, onBlack.colour);
});

test('serves all pictures that are seen while a caption stands', () => {
  const ground = mergeGrounds([groundOf([255, 255, 255]), groundOf([0, 0, 0])]);
  const { colour, shade } = captionColours(ground);
  assert.ok(shade !== undefined && shade.opacity > 0.4, colour);
});

test('a shade ends softly: no edge inside the frame', () => {
  for (const place of ['lower_third', 'lower_left', 'centre', 'upper'] as const) {
    const layout = layOut({ ...caption, place }, frame);
    assert.ok(layout.fits);
    const { bitmap, x, y } = drawShade(layout, { colour: '#000000', opacity: 0.5 });
    const alpha = (column: number, row: number) => bitmap.data[(row * bitmap.width + column) * 4 + 3] ?? 0;
    for (let row = 0; row < bitmap.height; row++)
      for (let column = 1; column < bitmap.width; column++)
        assert.ok(Math.abs(alpha(column, row) - alpha(column - 1, row)) <= 6);
    for (let column = 0; column < bitmap.width; column++) {
      if (y > 0) assert.ok(alpha(column, 0) <= 2);
      if (y + bitmap.height < frame.height) assert.ok(alpha(column, bitmap.height - 1) <= 2);
    }
    for (let row = 0; row < bitmap.height; row++) if (x > 0) assert.ok(alpha(0, row) <= 2);
  }
});
