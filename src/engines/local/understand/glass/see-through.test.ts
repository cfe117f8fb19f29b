import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Bitmap } from '../../../../media/media.ts';
import { seededRandom } from '../../random.ts';
import { createMorphStudy } from '../../turntable/draw-morph.ts';
import { prepareMorph } from '../../turntable/prepare-morph.ts';
import { alignViews } from '../../turntable/view.ts';
import type { Picture, Subject } from '../picture.ts';
import { softenEdge } from '../soft-edge.ts';
import { withClearGlass } from './clear-pictures.ts';
import { seeThrough } from './see-through.ts';

const width = 480;
const height = 480;
/** A jar: its outline, and below which row it is full of cream wax. */
const jar = { left: 120, right: 360, top: 70, bottom: 420, wax: 240 };
const label = { left: 200, right: 290, top: 120, bottom: 200 };

type Rgb = readonly [number, number, number];
type Part = 'ground' | 'glass' | 'line' | 'wax' | 'label' | 'print';

const within = (x: number, y: number, box: { left: number; right: number; top: number; bottom: number }) =>
  x >= box.left && x < box.right && y >= box.top && y < box.bottom;

function partAt(x: number, y: number): Part {
  if (!within(x, y, jar)) return 'ground';
  if (within(x, y, label)) return y % 20 < 5 && x > 220 && x < 270 ? 'print' : 'label';
  if (x < jar.left + 3 || x >= jar.right - 3 || y < jar.top + 3) return 'line';
  return y >= jar.wax ? 'wax' : 'glass';
}

/** The share of light that a pixel lets through: glass is darker towards the sides of a jar. */
function passedAt(x: number, y: number): number {
  const part = partAt(x, y);
  if (part === 'line') return 0.25;
  const aside = Math.abs(x - (jar.left + jar.right) / 2) / ((jar.right - jar.left) / 2);
  return part === 'glass' ? 0.99 - 0.12 * aside ** 6 : 0;
}

const own: Partial<Record<Part, Rgb>> = { wax: [246, 238, 214], label: [236, 233, 226], print: [40, 40, 44] };

/** What a camera sees of it over a ground: the paper of the studio, or the set of a film. */
function seen(ground: (x: number, y: number) => Rgb, noise = 0): Bitmap {
  const random = seededRandom(5, 'noise');
  const data = Buffer.alloc(width * height * 4, 255);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const part = partAt(x, y);
      const behind = ground(x, y);
      const passed = part === 'ground' ? 1 : passedAt(x, y);
      const grain = (random() - 0.5) * 2 * noise;
      for (let channel = 0; channel < 3; channel++)
        data[(y * width + x) * 4 + channel] = Math.round(
          (own[part]?.[channel] ?? (behind[channel] ?? 0) * passed) + grain,
        );
    }
  return { width, height, data };
}

const paper = (x: number, y: number): Rgb => [250 - x / 96, 250 - x / 96, 251 - y / 120];
const photo = seen(paper, 1.5);

function subjectOf(bitmap: Bitmap, isSubject: (x: number, y: number) => boolean): Subject {
  const mask = new Uint8Array(width * height).map((_, at) =>
    isSubject(at % width, Math.floor(at / width)) ? 1 : 0,
  );
  return { ...softenEdge(bitmap, mask), bleed: { left: 0, right: 0, top: 0, bottom: 0 } };
}

const subject = subjectOf(photo, (x, y) => within(x, y, jar));

function over({ data }: Bitmap, ground: (x: number, y: number) => Rgb, x: number, y: number): Rgb {
  const at = (y * width + x) * 4;
  const alpha = (data[at + 3] ?? 0) / 255;
  const mixed = (channel: number) =>
    (data[at + channel] ?? 0) * alpha + (ground(x, y)[channel] ?? 0) * (1 - alpha);
  return [mixed(0), mixed(1), mixed(2)];
}

describe('the photo of a jar of clear glass', () => {
  const shown = seeThrough(photo, subject);
  assert.ok(shown !== undefined);

  for (const [name, ground] of [
    ['dark', () => [26, 24, 30]],
    ['coloured', () => [142, 62, 30]],
    ['light', () => [226, 214, 196]],
  ] as [string, () => Rgb][])
    test(`shows a ${name} ground through its glass as the glass itself would`, () => {
      const truth = seen(ground);
      const off: number[] = [];
      for (let y = jar.top + 14; y < jar.wax - 8; y += 2)
        for (let x = jar.left + 14; x < jar.right - 14; x += 2) {
          if (
            within(x, y, {
              left: label.left - 8,
              right: label.right + 8,
              top: label.top - 8,
              bottom: label.bottom + 8,
            })
          )
            continue;
          const at = (y * width + x) * 4;
          off.push(
            Math.max(
              ...over(shown, ground, x, y).map((value, n) => Math.abs(value - (truth.data[at + n] ?? 0))),
            ),
          );
        }
      off.sort((one, other) => one - other);
      // Some per cent of white lie over it: what glass throws back.
      assert.ok((off.at(-1) ?? 255) < 30, `at most ${off.at(-1)}`);
      assert.ok((off[off.length >> 1] ?? 255) < 14, `half of it ${off[off.length >> 1]}`);
    });

  test('keeps wax, label and print opaque and in their own colours', () => {
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const isDeep = (['wax', 'label', 'print'] as Part[]).some((part) =>
          [-5, 0, 5].every((dx) =>
            [-5, 0, 5].every((dy) => [part, 'print', 'label'].includes(partAt(x + dx, y + dy))),
          ),
        );
        if (!isDeep) continue;
        const at = (y * width + x) * 4;
        assert.deepEqual(
          [...shown.data.subarray(at, at + 4)],
          [...photo.data.subarray(at, at + 3), 255],
          `${x} ${y}`,
        );
      }
  });

  test('is the same from run to run', () => assert.deepEqual(seeThrough(photo, subject), shown));

  test('keeps its glass in a turn, within an opaque outline', () => {
    const [one, other] = alignViews(
      [
        { ...subject, seeThrough: shown },
        { ...subject, seeThrough: shown },
      ],
      300,
    );
    assert.ok(one !== undefined && other !== undefined);
    const morph = prepareMorph(one, other);
    for (const amount of [0, 0.5, 1]) {
      const picture = createMorphStudy()(morph, amount);
      const scale = 300 / (jar.bottom - jar.top);
      const alphaAt = (x: number, y: number) => {
        const column = Math.round(one.axis + (x - (jar.left + jar.right) / 2) * scale);
        const row = Math.round(one.base + (y - jar.bottom) * scale);
        return picture.data[(row * picture.width + column) * 4 + 3] ?? 0;
      };
      assert.ok(alphaAt(160, 150) < 60, `glass ${alphaAt(160, 150)}`);
      assert.equal(alphaAt(245, 190), 255);
      assert.equal(alphaAt(240, 350), 255);
    }
  });
});

test('white china on white is see-through only where somebody says that it is glass', () => {
  const picture: Picture = {
    position: 1,
    role: 'product',
    roleIsGiven: false,
    bitmap: photo,
    palette: [],
    subject,
  };
  assert.deepEqual(
    withClearGlass([picture], () => false),
    [picture],
  );
  const [named] = withClearGlass([picture], ({ position }) => position === 1);
  assert.ok(named?.subject?.seeThrough !== undefined);
  assert.equal(named.subject.cutOut, subject.cutOut);
});

test('no glass is looked for where the ground tells nothing of it', () => {
  const isJar = (x: number, y: number) => within(x, y, jar);
  const night = seen(() => [18, 18, 20], 1.5);
  assert.equal(seeThrough(night, subjectOf(night, isJar)), undefined, 'a dark ground lets no light through');
  const freed = { ...photo, data: Buffer.from(photo.data) };
  for (let at = 0; at < freed.data.length; at += 4)
    if (!isJar((at / 4) % width, Math.floor(at / 4 / width))) freed.data[at + 3] = 0;
  assert.equal(seeThrough(freed, subjectOf(freed, isJar)), undefined, 'its own alpha has said it');
});

test('nothing of a product in its own colours is see-through', () => {
  const green = seen(paper, 1.5);
  for (let at = 0; at < green.data.length; at += 4)
    if (partAt((at / 4) % width, Math.floor(at / 4 / width)) === 'glass') green.data.set([226, 238, 228], at);
  assert.equal(
    seeThrough(
      green,
      subjectOf(green, (x, y) => within(x, y, jar)),
    ),
    undefined,
  );
});
