import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createMedia } from '../../../media/create-media.ts';
import { cutOut } from '../understand/matte.ts';
import type { Subject } from '../understand/picture.ts';
import { createMorphStudy, type MorphPicture } from './draw-morph.ts';
import { edgeDensity } from './edge-density.ts';
import { alphaOfEdge } from './edge-distance.ts';
import { findTurn } from './find-turn.ts';
import type { Morph } from './morph.ts';
import { cleanEnough } from './morph-quality.ts';
import { orderViews } from './order-views.ts';
import { prepareMorph } from './prepare-morph.ts';
import { alignViews, type View } from './view.ts';

const media = createMedia();
const subjects = new Map<string, Promise<Subject>>();

/** The cut-out of a sample product's photo; 1 is its front, 2 to 4 are other angles, 5 is a close-up. */
function subjectOf(sku: string, photo: number): Promise<Subject> {
  const path = `../../../../examples/halden/products/${sku}/${photo}.jpg`;
  const read = async () =>
    cutOut(await media.decodeImage(fileURLToPath(new URL(path, import.meta.url)), { maxSide: 640 }));
  const known = subjects.get(path) ?? read();
  subjects.set(path, known);
  return known;
}

const morphs = new Map<string, Promise<Morph>>();

/** Prepared once for all tests that look at it. */
function morphOf(sku: string, from: number, to: number, height: number): Promise<Morph> {
  const name = `${sku} ${from} ${to} ${height}`;
  const known = morphs.get(name) ?? newMorph(sku, from, to, height);
  morphs.set(name, known);
  return known;
}

async function newMorph(sku: string, from: number, to: number, height: number): Promise<Morph> {
  return prepareMorph(...(await viewsOf(sku, from, to, height)));
}

async function viewsOf(sku: string, from: number, to: number, height: number): Promise<[View, View]> {
  const [a, b] = alignViews([await subjectOf(sku, from), await subjectOf(sku, to)], height);
  assert.ok(a !== undefined && b !== undefined);
  return [a, b];
}

const pictureAt = createMorphStudy();

for (const [sku, from, to] of [
  ['PERF-02', 2, 1],
  ['LAMP-04', 1, 2],
  ['BOTL-03', 1, 4],
  ['BOTL-03', 2, 1],
] as const)
  describe(`a turn of ${sku} from photo ${from} to photo ${to}`, () => {
    let morph: Morph;
    before(async () => {
      morph = await morphOf(sku, from, to, 300);
    });

    test('starts and ends as the photos', async () => {
      for (const [amount, view] of (await viewsOf(sku, from, to, 300)).entries()) {
        const ratio = signalToNoise(pictureAt(morph, amount), view);
        assert.ok(ratio > 38, `${ratio} dB at ${amount}`);
      }
    });

    test('never shows outlines or print twice on its way', () => {
      const densities = Array.from({ length: 13 }, (_, n) => edgeDensity(pictureAt(morph, n / 12)));
      const ends = ((densities[0] ?? 0) + (densities[12] ?? 0)) / 2;
      assert.ok(Math.max(...densities) <= 1.15 * ends, `${densities.map((value) => value / ends)}`);
    });

    test('changes its silhouette without a jump', () => {
      let last: number | undefined;
      for (let n = 0; n <= 24; n++) {
        const area = areaOf(pictureAt(morph, n / 24));
        if (last !== undefined) assert.ok(Math.abs(area / last - 1) < 0.02, `${last} to ${area} at ${n}/24`);
        last = area;
      }
    });

    test('is clean enough to be shown', () => {
      assert.ok(morph.quality > cleanEnough, `${morph.quality}`);
    });
  });

test('two photos laid over each other would fail the measure that a turn passes', async () => {
  const morph = await morphOf('PERF-02', 2, 1, 300);
  const [first, last] = [pictureAt(morph, 0), pictureAt(morph, 1)];
  const ghosts = { ...first, data: first.data.map((value, at) => (value + (last.data[at] ?? 0)) / 2) };
  const warped = pictureAt(morph, 0.5);
  // Half clear parts give a ghost away that sums of edges alone would miss: count pixels between clear and full.
  assert.ok(halfClear(ghosts) > 2 * halfClear(warped), `${halfClear(ghosts)} ${halfClear(warped)}`);
});

test('one outline of a pixel or two goes round the product half-way, no second one', async () => {
  const morph = await morphOf('LAMP-04', 1, 2, 300);
  const [own, between] = [0, 0.5].map((amount) => halfClear(pictureAt(morph, amount)));
  assert.ok((between ?? 0) < 1.6 * (own ?? 0), `${between} against ${own}`);
});

test('a pair that falls apart on its way says so', async () => {
  const morph = await morphOf('HEAD-05', 3, 2, 300);
  assert.ok(morph.quality < cleanEnough, `${morph.quality}`);
});

for (const [sku, photos, what] of [
  ['MUG-01', [4, 1], 'a handle that comes before the body'],
  ['HEAD-05', [2, 1], 'a cup that stands further back'],
  ['HEAD-05', [1, 4], 'a cup that comes to stand further back'],
  ['CNDL-06', [1, 4], 'a lid that comes forward'],
] as const)
  test(`joins no views between which it would pull apart or show twice ${what}`, async () => {
    const subjects = await Promise.all(photos.map((photo) => subjectOf(sku, photo)));
    assert.equal(findTurn(subjects, 246), undefined);
  });

test('still joins views with a handle at the side, a loop that narrows, and an arm that reaches over', async () => {
  for (const [sku, photos] of [
    ['MUG-01', [3, 4]],
    ['BOTL-03', [3, 2]],
    ['LAMP-04', [1, 2]],
  ] as const) {
    const subjects = await Promise.all(photos.map((photo) => subjectOf(sku, photo)));
    assert.equal(findTurn(subjects, 246)?.order.length, 2, sku);
  }
});

test('draws the same pixels twice', async () => {
  const draw = async () => createMorphStudy()(await newMorph('PERF-02', 1, 4, 200), 0.4).data;
  assert.deepEqual(await draw(), await draw());
});

test('orders the bottle by where its mark has turned, the front between both three-quarter views', async () => {
  const { order, steps, apart } = orderViews(
    await Promise.all([1, 2, 4].map((photo) => subjectOf('BOTL-03', photo))),
  );
  assert.deepEqual(order, [1, 0, 2]);
  assert.equal(steps.length, 2);
  for (const step of steps) assert.ok(step > 0 && step < 1);
  assert.deepEqual(apart, []);
});

test('orders the same photos alike however they are shuffled', async () => {
  const photos = [4, 2, 3, 1];
  const straight = orderViews(await Promise.all([1, 2, 3, 4].map((photo) => subjectOf('CNDL-06', photo))));
  const shuffled = orderViews(await Promise.all(photos.map((photo) => subjectOf('CNDL-06', photo))));
  const one = straight.order.map((index) => index + 1);
  const other = shuffled.order.map((index) => photos[index]);
  assert.ok([`${other}`, `${other.toReversed()}`].includes(`${one}`), `${one} and ${other}`);
  assert.deepEqual(one, [3, 2, 1, 4]);
});

test('tells close-ups and other products apart from the turn', async () => {
  const { order, apart } = orderViews([
    await subjectOf('LAMP-04', 1),
    await subjectOf('BOTL-03', 5),
    await subjectOf('LAMP-04', 2),
    await subjectOf('MUG-01', 1),
  ]);
  assert.deepEqual(
    [...order].sort((one, other) => one - other),
    [0, 2],
  );
  assert.deepEqual(apart, [
    { index: 1, reason: 'close-up' },
    { index: 3, reason: 'another product' },
  ]);
});

/** Peak signal to noise of a picture against a view, both over mid-grey, in decibels. */
function signalToNoise({ data }: MorphPicture, view: View): number {
  let squares = 0;
  for (let at = 0; at < data.length; at += 4) {
    const truth = alphaOfEdge(view.edge[at / 4] ?? 0);
    const alpha = (data[at + 3] ?? 0) / 255;
    for (let n = at; n < at + 3; n++)
      squares += (alpha * ((data[n] ?? 0) - 128) - truth * ((view.colour[n] ?? 0) - 128)) ** 2;
  }
  return 10 * Math.log10(255 ** 2 / Math.max(1e-9, squares / (data.length * 0.75)));
}

function areaOf({ data }: MorphPicture): number {
  let sum = 0;
  for (let at = 3; at < data.length; at += 4) sum += data[at] ?? 0;
  return sum / 255;
}

/** Pixels that are neither clear nor full. */
function halfClear({ data }: MorphPicture): number {
  let count = 0;
  for (let at = 3; at < data.length; at += 4) if ((data[at] ?? 0) > 25 && (data[at] ?? 0) < 230) count++;
  return count;
}
