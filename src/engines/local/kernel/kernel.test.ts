import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { seededRandom } from '../random.ts';
import { put } from '../render/draw-plate.ts';
import { createKernel, type Kernel, type Surface } from './kernel.ts';

const folder = new URL('./', import.meta.url);

test('is compiled from the sources that stand beside it', () => {
  const module = new WebAssembly.Module(readFileSync(new URL('kernel.wasm', folder)));
  const [section = new ArrayBuffer(0)] = WebAssembly.Module.customSections(module, 'source-sha256');
  const hash = createHash('sha256');
  for (const name of ['kernel.as', 'morph.as']) hash.update(readFileSync(new URL(name, folder)));
  assert.equal(
    Buffer.from(section).toString(),
    hash.digest('hex'),
    'kernel.as or morph.as has changed: run node scripts/build-kernel.ts',
  );
});

const width = 64;
const height = 48;

function noise(seed: number, { opaque = true, w = width, h = height } = {}): Uint8Array {
  const random = seededRandom(seed, 'noise');
  return Uint8Array.from({ length: w * h * 4 }, (_, at) =>
    at % 4 === 3 && opaque ? 255 : Math.floor(random() * 256),
  );
}

function loaded(kernel: Kernel, data: Uint8Array, w = width, h = height): Surface {
  return kernel.load({ width: w, height: h, data });
}

const blendings = {
  replace: (colour: number, _alpha: number, _under: number) => colour,
  normal: (colour: number, alpha: number, under: number) => colour + under * (1 - alpha),
  screen: (colour: number, _alpha: number, under: number) => colour + under - colour * under,
  multiply: (colour: number, alpha: number, under: number) => under * (1 - alpha + colour),
};

for (const blend of ['replace', 'normal', 'screen', 'multiply'] as const)
  test(`draws a scaled picture between its pixels as arithmetic says: ${blend}`, () => {
    const kernel = createKernel();
    const under = noise(1);
    const over = noise(2, { opaque: blend === 'replace', w: 40, h: 30 });
    const frame = loaded(kernel, under);
    const picture = loaded(kernel, over, 40, 30);
    const premultiplied = Uint8Array.from(kernel.pixels(picture));
    const place = { left: 3.3, top: 5.7, scale: 0.83 };
    const opacity = blend === 'replace' ? 1 : 0.6;
    put({ kernel, frame, picture, ...place, blend, opacity });
    const drawn = kernel.pixels(frame);
    let touched = 0;
    let worst = 0;
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let channel = 0; channel < 3; channel++) {
          const at = (y * width + x) * 4 + channel;
          const u = (x + 0.5 - place.left) / place.scale - 0.5;
          const v = (y + 0.5 - place.top) / place.scale - 0.5;
          const below = (under[at] ?? 0) / 255;
          let expected = below;
          if (u >= 0 && v >= 0 && u <= 39 && v <= 29) {
            const of = (wanted: number) =>
              bilinear(premultiplied, { u, v, channel: wanted, w: 40, h: 30 }) * opacity;
            expected = blendings[blend](of(channel), of(3), below);
            touched++;
          }
          worst = Math.max(worst, Math.abs((drawn[at] ?? 0) - expected * 255));
        }
    assert.ok(touched > 1_000);
    assert.ok(worst < 1.2, `off by ${worst}`);
  });

function bilinear(
  data: Uint8Array,
  { u, v, channel, w, h }: { u: number; v: number; channel: number; w: number; h: number },
): number {
  const [left, top] = [Math.floor(u), Math.floor(v)];
  const at = (x: number, y: number) =>
    (data[(Math.min(h - 1, y) * w + Math.min(w - 1, x)) * 4 + channel] ?? 0) / 255;
  const upper = at(left, top) + (at(left + 1, top) - at(left, top)) * (u - left);
  const lower = at(left, top + 1) + (at(left + 1, top + 1) - at(left, top + 1)) * (u - left);
  return upper + (lower - upper) * (v - top);
}

test('leaves a picture drawn at its own place as it is, and what is around it untouched', () => {
  const kernel = createKernel();
  const data = noise(3);
  const frame = loaded(kernel, noise(4));
  put({ kernel, frame, picture: loaded(kernel, data), left: 0, top: 0, scale: 1, blend: 'replace' });
  assert.deepEqual(Buffer.from(kernel.pixels(frame)), Buffer.from(data));
  put({ kernel, frame, picture: loaded(kernel, noise(5)), left: 1_000, top: 0, scale: 1, blend: 'normal' });
  put({ kernel, frame, picture: loaded(kernel, noise(5)), left: 0, top: -1_000, scale: 1, blend: 'normal' });
  assert.deepEqual(Buffer.from(kernel.pixels(frame)), Buffer.from(data));
});

test('packs a frame as BT.709 limited range, with grain that comes to nothing on the whole', () => {
  const kernel = createKernel();
  const data = noise(6);
  const frame = loaded(kernel, data);
  const out = new Uint8Array((width * height * 3) / 2);
  kernel.setGrain(new Int8Array(64 * 64));
  kernel.toI420(frame, out, { x: 0, y: 0 });
  const [u, v] = [width * height, (width * height * 5) / 4];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3);
      const luma = 16 + (219 * (0.2126 * red + 0.7152 * green + 0.0722 * blue)) / 255;
      assert.ok(Math.abs((out[y * width + x] ?? 0) - luma) < 0.51);
    }
  for (let y = 0; y < height; y += 2)
    for (let x = 0; x < width; x += 2) {
      const mean = (channel: number) =>
        [0, 4, width * 4, width * 4 + 4].reduce(
          (sum, step) => sum + (data[(y * width + x) * 4 + step + channel] ?? 0) / 4,
          0,
        );
      const luma = 0.2126 * mean(0) + 0.7152 * mean(1) + 0.0722 * mean(2);
      const at = (y / 2) * (width / 2) + x / 2;
      assert.ok(Math.abs((out[u + at] ?? 0) - (128 + (224 / 255) * ((mean(2) - luma) / 1.8556))) < 0.53);
      assert.ok(Math.abs((out[v + at] ?? 0) - (128 + (224 / 255) * ((mean(0) - luma) / 1.5748))) < 0.53);
    }
  kernel.setGrain(Int8Array.from({ length: 64 * 64 }, (_, index) => (index % 2 === 0 ? 16 : -16)));
  const grained = new Uint8Array(out.length);
  kernel.toI420(frame, grained, { x: 4, y: 9 });
  for (let at = 0; at < u; at++) assert.equal((grained[at] ?? 0) - (out[at] ?? 0), at % 2 === 0 ? 1 : -1);
  assert.deepEqual(grained.subarray(u), out.subarray(u));
});

test('packs a last pair of columns like all others', () => {
  const kernel = createKernel();
  const [wide, narrow] = [width, width - 2];
  const data = noise(9);
  const cut = Uint8Array.from({ length: narrow * height * 4 }, (_, at) => {
    const [x, y] = [Math.floor(at / 4) % narrow, Math.floor(at / 4 / narrow)];
    return data[(y * wide + x) * 4 + (at % 4)] ?? 0;
  });
  const [whole, part] = [wide, narrow].map((w) => new Uint8Array((w * height * 3) / 2));
  assert.ok(whole !== undefined && part !== undefined);
  kernel.toI420(loaded(kernel, data), whole, { x: 0, y: 0 });
  kernel.toI420(loaded(kernel, cut, narrow), part, { x: 0, y: 0 });
  for (const [start, partStart, w, h] of [
    [0, 0, wide, height],
    [wide * height, narrow * height, wide / 2, height / 2],
    [(wide * height * 5) / 4, (narrow * height * 5) / 4, wide / 2, height / 2],
  ] as const) {
    const used = w === wide ? narrow : narrow / 2;
    for (let y = 0; y < h; y++)
      assert.deepEqual(
        part.subarray(partStart + y * used, partStart + (y + 1) * used),
        whole.subarray(start + y * w, start + y * w + used),
      );
  }
});

for (const blend of ['normal', 'screen', 'multiply'] as const)
  test(`draws the same bytes whether or not it knows what is clear and what is solid: ${blend}`, () => {
    const kernel = createKernel();
    const data = noise(10, { w: 40, h: 30 });
    for (let y = 0; y < 30; y++)
      for (let x = 0; x < 40; x++) {
        const away = Math.hypot(x - 18 - y / 5, y - 14);
        data[(y * 40 + x) * 4 + 3] = away < 9 ? 255 : away < 12 ? 100 : 0;
      }
    const known = loaded(kernel, data, 40, 30);
    const unknown = kernel.surface(40, 30);
    kernel.pixels(unknown).set(Uint8Array.from(kernel.pixels(known)));
    for (const opacity of [1, 0.7])
      for (const scale of [0.6, 1, 1.9]) {
        const [frame, other] = [known, unknown].map((picture) => {
          const under = loaded(kernel, noise(11));
          put({ kernel, frame: under, picture, left: 2.4, top: -1, scale, blend, opacity });
          return Buffer.from(kernel.pixels(under));
        });
        assert.deepEqual(frame, other, `at ${scale}`);
      }
  });

test('turns a frame about its middle', () => {
  const kernel = createKernel();
  const data = new Uint8Array(width * height * 4).fill(255);
  // A dark dot to the right of the middle.
  for (let y = 22; y < 26; y++) for (let x = 50; x < 54; x++) data.set([0, 0, 0], (y * width + x) * 4);
  const source = loaded(kernel, data);
  const frame = kernel.surface(width, height);
  kernel.drawTurned(frame, source, { a: 0, b: 1, c: (width - height) / 2, d: (width + height) / 2 - 1 });
  const at = darkest(kernel.pixels(frame));
  assert.deepEqual(at, { x: 30, y: 42 });
});

test('smears two neighbours into one swing, and rests on either at its ends', () => {
  const kernel = createKernel();
  const [left, right] = [loaded(kernel, noise(7)), loaded(kernel, noise(8))];
  const frame = kernel.surface(width, height);
  for (const [offset, expected] of [
    [0, left],
    [width, right],
  ] as const) {
    kernel.smear(frame, { left, right }, { offset, length: 1 });
    assert.deepEqual(Buffer.from(kernel.pixels(frame)), Buffer.from(kernel.pixels(expected)));
  }
  kernel.smear(frame, { left, right }, { offset: 10, length: 8 });
  const [one, other] = [kernel.pixels(left), kernel.pixels(right)];
  const panorama = (x: number) => (x < width ? one[x * 4] : other[(x - width) * 4]) ?? 0;
  for (const x of [0, 20, 50]) {
    let sum = 0;
    for (let step = 0; step < 8; step++) sum += panorama(x + 10 + step);
    assert.ok(Math.abs((kernel.pixels(frame)[x * 4] ?? 0) - sum / 8) <= 0.51);
  }
});

function darkest(pixels: Uint8Array): { x: number; y: number } {
  let best = 0;
  for (let at = 0; at < pixels.length; at += 4) if ((pixels[at] ?? 0) < (pixels[best] ?? 0)) best = at;
  return { x: (best / 4) % width, y: Math.floor(best / 4 / width) };
}
