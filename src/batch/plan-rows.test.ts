import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fitImages } from './fit-images.ts';
import { type PlannedReference, planRows } from './plan-rows.ts';
import type { SourceRow } from './sources/source.ts';
import { readWorkflow } from './workflow.ts';

const workflow = (extra: object = {}) =>
  readWorkflow(
    JSON.stringify({
      name: 'shop',
      source: { path: 'shop.csv', key: 'sku' },
      prompt: '{{ name }} turns',
      photos: { column: 'photos' },
      duration: 5,
      aspect_ratio: '16:9',
      ...extra,
    }),
    'shop.json',
  );

const rows = (...values: SourceRow['values'][]): SourceRow[] =>
  values.map((value, index) => ({ place: `line ${index + 2}`, key: String(value['sku']), values: value }));

const plan = (extra: Record<string, unknown>, ...values: SourceRow['values'][]) =>
  planRows(
    {
      ...workflow(extra),
      prompt: String(extra['prompt'] ?? '{{ name }} turns'),
    },
    rows(...values),
    'shop.csv',
  );

const places = (references: readonly PlannedReference[] | undefined) =>
  references?.map(
    ({ kind, location, role }) =>
      `${kind} ${'url' in location ? location.url : `${location.relativeTo}:${location.path}`} ${role ?? '-'}`,
  );

const numbered = (count: number, name: string) =>
  Array.from({ length: count }, (_, index) => `${name}${index + 1}`);

describe('the images of a request', () => {
  for (const [photos, brand, kept, left] of [
    [4, 3, 'p1 p2 p3 p4 b1 b2 b3', ''],
    [6, 3, 'p1 p2 p3 p4 p5 p6 b1 b2 b3', ''],
    [7, 3, 'p1 p2 p3 p4 p5 p6 b1 b2 b3', 'p7'],
    [12, 0, 'p1 p2 p3 p4 p5 p6 p7 p8 p9', 'p10 p11 p12'],
    [2, 9, 'p1 b1 b2 b3 b4 b5 b6 b7 b8', 'p2 b9'],
    [0, 10, 'b1 b2 b3 b4 b5 b6 b7 b8 b9', 'b10'],
    [0, 0, '', ''],
  ] as const)
    it(`of ${photos} photos and ${brand} of the brand are ${kept === '' ? 'none' : kept}`, () => {
      const fitted = fitImages(numbered(photos, 'p'), numbered(brand, 'b'));
      assert.deepEqual([fitted.images.join(' '), fitted.left.join(' ')], [kept, left]);
    });
});

describe('images that say who keeps its place', () => {
  it('leave in that order, and stay where they were', () => {
    const photos = [{ id: 'p1' }, { id: 'p2', priority: 5 }, { id: 'p3' }];
    const brand = [{ id: 'b1', priority: 0 }, { id: 'b2', priority: 9 }, { id: 'b3' }];
    const { images, left } = fitImages(photos, brand, 4);
    assert.deepEqual(
      [images.map(({ id }) => id), left.map(({ id }) => id)],
      [
        ['p1', 'p2', 'b2', 'b3'],
        ['p3', 'b1'],
      ],
    );
  });
});

describe('a planned row', () => {
  it('has photos first, then the brand, then video and audio', () => {
    const shared = {
      brand: [{ path: 'style.jpg', role: 'style' }],
      audio: [{ url: 'https://cdn.example/music.m4a', role: 'music' }],
      video: [{ path: 'orbit.mp4', role: 'motion' }],
    };
    const { rows: planned, invalid } = plan(shared, { sku: 'A', name: 'Mug', photos: 'a.jpg| b.jpg |' });
    assert.deepEqual(invalid, []);
    assert.equal(planned[0]?.prompt, 'Mug turns');
    assert.equal(planned[0]?.title, 'A');
    assert.deepEqual(places(planned[0]?.references), [
      'image source:a.jpg product',
      'image source:b.jpg product',
      'image workflow:style.jpg style',
      'video workflow:orbit.mp4 motion',
      'audio https://cdn.example/music.m4a music',
    ]);
  });

  it('takes a list as JSON has it, a JSON list in a cell, and URLs', () => {
    const { rows: planned } = plan(
      {},
      { sku: 'A', name: 'a', photos: ['1.jpg', 'https://cdn.example/2.jpg'] },
      { sku: 'B', name: 'b', photos: '["1.jpg","2|3.jpg"]' },
    );
    assert.deepEqual(places(planned[0]?.references), [
      'image source:1.jpg product',
      'image https://cdn.example/2.jpg product',
    ]);
    assert.deepEqual(places(planned[1]?.references), [
      'image source:1.jpg product',
      'image source:2|3.jpg product',
    ]);
  });

  it('says what did not fit, and says nothing of what was not wanted', () => {
    const brand = numbered(3, 's').map((path) => ({ path }));
    const photos = numbered(7, 'p').join('|');
    const [all] = plan({ brand }, { sku: 'A', name: 'a', photos }).rows;
    assert.deepEqual(all?.notes, ['10 images are given and 9 fit; left out: p7.']);
    const [four] = plan(
      { brand, photos: { column: 'photos', take: 4 } },
      { sku: 'A', name: 'a', photos },
    ).rows;
    assert.deepEqual([four?.notes, four?.references.length], [[], 7]);
  });

  it('gives image-to-video its first photo and says so', () => {
    const [row] = plan({ endpoint: 'image-to-video' }, { sku: 'A', name: 'a', photos: '1|2' }).rows;
    assert.deepEqual(
      [places(row?.references), row?.notes],
      [['image source:1 product'], ['2 images are given and 1 fit; left out: 2.']],
    );
  });
});

describe('a row that cannot be asked for', () => {
  it('is told with row and reason, and does not stop the others', () => {
    const { rows: planned, invalid } = plan(
      {},
      { sku: 'A', name: '', photos: 'a.jpg' },
      { sku: 'B', name: 'b', photos: '' },
      { sku: 'C', name: 'c', photos: 'c.jpg' },
      { sku: 'D', name: 'd', photos: '[oops' },
    );
    assert.deepEqual(
      planned.map(({ key }) => key),
      ['C'],
    );
    assert.match(invalid[0]?.error ?? '', /^Row A \(line 2\): prompt: \{\{ name \}\} is empty/);
    assert.match(invalid[1]?.error ?? '', /^Row B \(line 3\): column "photos" names no photo/);
    assert.match(invalid[2]?.error ?? '', /^Row D \(line 5\): column "photos" begins like a JSON list/);
  });

  it('may be one whose prompt is too long', () => {
    const { invalid } = plan({}, { sku: 'A', name: 'x'.repeat(5_000), photos: 'a' });
    assert.match(invalid[0]?.error ?? '', /it has 5006 characters; 5000 is the most/);
  });
});

describe('where', () => {
  it('keeps rows with exactly these values, as texts', () => {
    const { rows: planned } = plan(
      { where: { in_stock: true } },
      { sku: 'A', name: 'a', photos: 'x', in_stock: 'true' },
      { sku: 'B', name: 'b', photos: 'x', in_stock: 'false' },
      { sku: 'C', name: 'c', photos: 'x', in_stock: true },
    );
    assert.deepEqual(
      planned.map(({ key }) => key),
      ['A', 'C'],
    );
  });

  it('refuses a column that the source does not have', () => {
    assert.throws(() => plan({ where: { stock: 1 } }, { sku: 'A', name: 'a', photos: 'x' }), {
      message: 'where: shop.csv has no column "stock".',
      hint: 'Its columns are sku, name, photos.',
    });
    assert.throws(() => plan({ photos: { column: 'pics' } }, { sku: 'A', name: 'a' }), {
      message: /photos\.column: .*"pics"/,
    });
  });
});
