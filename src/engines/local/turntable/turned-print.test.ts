import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createMorphStudy, type MorphPicture } from './draw-morph.ts';
import { findPrint } from './find-print.ts';
import { prepareMorph } from './prepare-morph.ts';
import { joinMorphs } from './turn.ts';
import type { View } from './view.ts';

const [width, height] = [152, 300];
const [centre, radius] = [75.5, 60];
const degree = Math.PI / 180;
const pictureAt = createMorphStudy();

describe('print on a round body whose light stands still', () => {
  const [from, to] = [bottle(30), bottle(-8)];
  const [before, morph] = joinMorphs([bottle(130), from, to]);
  assert.ok(before !== undefined && morph !== undefined);

  test('is found with the angle it turns by', () => {
    const print = findPrint(from, to);
    assert.ok(print !== undefined);
    assert.ok(Math.abs(print.angle / degree + 38) <= 1, `${print.angle / degree}`);
    assert.equal(print.tilt, 0);
  });

  test('is drawn where it truly is half-way, under the light as it truly falls', () => {
    for (const amount of [0.25, 0.5, 0.75])
      assert.ok(astray(pictureAt(morph, amount), bottle(30 - 38 * amount)) < 0.8, `at ${amount}`);
  });

  test('is the photo itself at both ends', () => {
    assert.ok(astray(pictureAt(morph, 0), from) < 0.8);
    assert.ok(astray(pictureAt(morph, 1), to) < 0.8);
  });

  test('comes round the side where the view before does not show it', () => {
    assert.equal(darkIn(pictureAt(before, 0)).count, 0);
    const [late, later] = [darkIn(pictureAt(before, 0.6)), darkIn(pictureAt(before, 0.8))];
    assert.ok(late.middle > later.middle && later.middle > darkIn(pictureAt(before, 1)).middle);
    assert.ok(late.count > 0 && late.spread < later.spread, `${late.spread} ${later.spread}`);
  });

  test('is not looked for in what stands still, nor in what does not turn', () => {
    assert.equal(findPrint(from, bottle(30)), undefined);
    assert.equal(findPrint(from, bottle(130)), undefined);
  });
});

test('a light mark on a dark body turns too', () => {
  const morph = prepareMorph(bottle(25, 'dark'), bottle(-5, 'dark'));
  assert.ok(morph.print !== undefined);
  assert.ok(astray(pictureAt(morph, 0.5), bottle(10, 'dark')) < 1.3);
});

/** A cylinder with a highlight, and on it two bars and a dot that stand `degrees` to the right. */
function bottle(degrees: number, body: 'bright' | 'dark' = 'bright'): View {
  const colour = new Uint8ClampedArray(width * height * 4).fill(255);
  const edge = new Float32Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const inside = Math.min(radius - Math.abs(x - centre), y - 8, height - 9 - y);
      edge[at] = Math.min(12, Math.max(-12, inside));
      const across = Math.min(1, Math.max(-1, (x - centre) / radius));
      const glint = Math.exp(-(((across - 0.45) / 0.12) ** 2));
      const light = body === 'bright' ? 120 + y / 6 + 80 * glint : 30 + y / 20 + 40 * glint;
      const ink = inkAt(Math.asin(across) / degree - degrees, y);
      const value = body === 'bright' ? light * (1 - 0.7 * ink) : light + (255 - light) * 0.8 * ink;
      colour.fill(value, at * 4, at * 4 + 3);
    }
  return { width, height, axis: centre, base: height - 9, colour, edge };
}

/** Share of ink at an angle from the middle of the mark, with soft edges. */
function inkAt(degrees: number, y: number): number {
  const soft = (inside: number, width: number) => Math.min(1, Math.max(0, 0.5 + inside / width));
  const bar = (middle: number) => soft(4 - Math.abs(degrees - middle), 2) * soft(16 - Math.abs(y - 130), 1.5);
  const dot = soft(5 - Math.hypot(degrees, y - 134), 2);
  return Math.max(bar(-12), bar(12), dot);
}

/** Mean difference of brightness around where the mark may be, in steps of 255; two marks instead of one make 10. */
function astray({ data }: MorphPicture, truth: View): number {
  let sum = 0;
  let count = 0;
  for (let y = 105; y < 160; y++)
    for (let x = 22; x < 130; x++) {
      const at = (y * width + x) * 4;
      sum += Math.abs((data[at] ?? 0) - (truth.colour[at] ?? 0));
      count++;
    }
  return sum / count;
}

/** Dark pixels: how many, their mean column, and over how many columns they spread. */
function darkIn({ data }: MorphPicture): { count: number; middle: number; spread: number } {
  const columns: number[] = [];
  for (let y = 105; y < 160; y++)
    for (let x = 22; x < 135; x++) {
      const at = (y * width + x) * 4;
      if ((data[at + 3] ?? 0) === 255 && (data[at] ?? 0) < 70) columns.push(x);
    }
  const middle = columns.reduce((sum, x) => sum + x, 0) / Math.max(1, columns.length);
  return { count: columns.length, middle, spread: Math.max(0, ...columns) - Math.min(width, ...columns) };
}
