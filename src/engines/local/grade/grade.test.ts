import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createMedia } from '../../../media/create-media.ts';
import { chromaOf, distance, oklabOfHex, oklabOfRgb, rgbOfOklab } from '../understand/oklab.ts';
import { paletteOf, type Swatch } from '../understand/palette.ts';
import { type Grade, identityGrade, type Mood, makeGrade } from './grade.ts';
import { gradeColour } from './grade-colour.ts';
import { lightnessAt } from './lightness-curve.ts';
import { applyLut, lutOf } from './lut.ts';

const media = createMedia();
const even: Mood = { warmth: 0, light: 0 };

async function photo(name: string) {
  const path = fileURLToPath(new URL(`../../../../examples/halden/brand/${name}.jpg`, import.meta.url));
  return media.decodeImage(path, { maxSide: 640 });
}

const [terracotta, sand, green] = await Promise.all([
  photo('halden-style-1-terracotta'),
  photo('halden-style-2-sand'),
  photo('halden-style-3-green'),
]);
const palettes = [paletteOf(terracotta), paletteOf(sand), paletteOf(green)];
const neutral: Swatch[] = [0.2, 0.45, 0.7, 0.95].map((L) => ({ colour: { L, a: 0, b: 0 }, share: 0.25 }));

/** Every pairing of the brand's pictures, and the moods at their ends. */
const grades: Grade[] = [
  ...palettes.flatMap((target) => palettes.map((source) => makeGrade({ target, source, mood: even }))),
  ...palettes.flatMap((source) =>
    [-1, 1].map((end) => makeGrade({ target: neutral, source, mood: { warmth: end, light: end } })),
  ),
  makeGrade({ target: [], source: [], mood: { warmth: 1, light: -1 } }),
];

const luts = grades.map(lutOf);

test('the identity changes not one of all colours', () => {
  const pixels = new Uint32Array(2 ** 24).map((_, colour) => 0x5a000000 | colour);
  const before = Uint32Array.from(pixels);
  applyLut(lutOf(identityGrade), new Uint8Array(pixels.buffer));
  assert.equal(Buffer.compare(Buffer.from(pixels.buffer), Buffer.from(before.buffer)), 0);
});

test('a picture that has the colours of its target already stays as it is', () => {
  for (const palette of palettes) {
    const grade = makeGrade({ target: palette, source: palette, mood: even });
    for (const hex of ['#000000', '#8a4b2f', '#c9c2b6', '#2f5a50', '#ffffff'])
      assert.ok(distance(gradeColour(grade, oklabOfHex(hex)), oklabOfHex(hex)) < 1e-6, hex);
  }
});

test('brings the colours of a scene nearer to those of another, but not all the way', () => {
  const away = (one: readonly Swatch[], other: readonly Swatch[]) => distance(meanOf(one), meanOf(other));
  for (const target of palettes)
    for (const [index, picture] of [terracotta, sand, green].entries()) {
      const source = palettes[index] ?? [];
      if (source === target) continue;
      const data = Buffer.from(picture.data);
      applyLut(lutOf(makeGrade({ target, source, mood: even })), data);
      const left = away(paletteOf({ ...picture, data }), target) / away(source, target);
      assert.ok(left < 0.93 && left > 0.4, `${left} of the way is left`);
    }
});

test('every curve of lightness rises, from black to white, without a step', () => {
  for (const { lightness } of grades) {
    assert.equal(lightnessAt(lightness, 0), 0);
    assert.equal(lightnessAt(lightness, 1), 1);
    for (let level = 1; level <= 1_000; level++) {
      const rise =
        (lightnessAt(lightness, level / 1_000) - lightnessAt(lightness, (level - 1) / 1_000)) * 1_000;
      assert.ok(rise > 0.35 && rise < 1.8, `${rise} at ${level}`);
    }
  }
});

test('greys stay grey under a neutral target, and within a tint under any', () => {
  for (const source of palettes)
    for (const grey of greys()) {
      const toned = gradeColour(makeGrade({ target: neutral, source, mood: even }), grey);
      assert.ok(chromaOf(toned) < 0.002, `${chromaOf(toned)} at ${grey.L}`);
    }
  for (const grade of grades)
    for (const grey of greys())
      assert.ok(chromaOf(gradeColour(grade, grey)) < 0.04, JSON.stringify(grade.tint));
});

test('black stays black and white stays white', () => {
  for (const lut of luts) {
    const pixels = Buffer.from([0, 0, 0, 255, 255, 255, 255, 255]);
    applyLut(lut, pixels);
    for (const [index, value] of pixels.entries())
      assert.ok(Math.abs(value - (index === 3 || index > 3 ? 255 : 0)) <= 1, `${value} at ${index}`);
  }
});

test('skin keeps its hue', () => {
  const shades = ['#f6d3bd', '#e0ac8b', '#c68a62', '#9c6442', '#6b4129'].map(oklabOfHex);
  for (const grade of grades.slice(0, 9))
    for (const skin of shades) {
      const turned = hueOf(gradeColour(grade, skin)) - hueOf(skin);
      assert.ok(Math.abs(turned) < 14, `${turned} degrees`);
    }
});

test('a soft gradient stays one: no step is wider than two levels, and none goes back by a whole one', () => {
  const width = 2_048;
  for (const lut of luts) {
    const ramp = Buffer.alloc(width * 4, 255);
    let last = -1;
    for (let level = 0; level < 256; level++) {
      // Many pixels of one level: the mean is what the eye sees.
      for (let at = 0; at < width; at++) ramp.fill(level, at * 4, at * 4 + 3);
      applyLut(lut, ramp);
      let sum = 0;
      for (let at = 0; at < width; at++) sum += ramp[at * 4 + 1] ?? 0;
      const mean = sum / width;
      if (level > 0) assert.ok(mean > last - 0.6 && mean - last < 2.2, `${last} to ${mean} at ${level}`);
      last = mean;
    }
  }
});

test('the table says what the formula says, to a level', () => {
  const grade = makeGrade({
    target: palettes[0] ?? [],
    source: palettes[2] ?? [],
    mood: { warmth: 0.5, light: 0.3 },
  });
  const lut = lutOf(grade);
  const misses: number[] = [];
  for (let at = 0; at < green.data.length; at += 4 * 97) {
    const pixel = Buffer.from(green.data.subarray(at, at + 4));
    const [red = 0, greenLevel = 0, blue = 0] = pixel;
    applyLut(lut, pixel);
    const exact = rgbOfOklab(gradeColour(grade, oklabOfRgb(red, greenLevel, blue)));
    misses.push(Math.max(...exact.map((level, channel) => Math.abs((pixel[channel] ?? 0) - level))));
  }
  // Rounding alone makes up to one.
  misses.sort((one, other) => one - other);
  const nearlyAll = misses[Math.floor(misses.length * 0.98)] ?? 0;
  assert.ok(nearlyAll < 1.25 && (misses.at(-1) ?? 0) < 4, `off by ${nearlyAll}, at worst ${misses.at(-1)}`);
});

test('grades from an odd place of a buffer too, the same', () => {
  const lut = lutOf(grades[1] ?? identityGrade);
  const whole = Buffer.alloc(44);
  const odd = new Uint8Array(whole.buffer, whole.byteOffset + 1 + ((4 - (whole.byteOffset % 4)) % 4), 8);
  odd.set([200, 90, 40, 7, 20, 60, 50, 255]);
  const plain = Uint8Array.from(odd);
  applyLut(lut, odd);
  applyLut(lut, plain);
  assert.deepEqual([...odd], [...plain]);
  assert.equal(odd[3], 7);
});

function meanOf(swatches: readonly Swatch[]) {
  const total = swatches.reduce((sum, { share }) => sum + share, 0);
  const mean = (channel: 'L' | 'a' | 'b') =>
    swatches.reduce((sum, { colour, share }) => sum + (share * colour[channel]) / total, 0);
  return { L: mean('L'), a: mean('a'), b: mean('b') };
}

const greys = () => Array.from({ length: 21 }, (_, index) => ({ L: index / 20, a: 0, b: 0 }));

const hueOf = ({ a, b }: { a: number; b: number }) => (Math.atan2(b, a) * 180) / Math.PI;
