import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { readWorkflow } from '../../batch/workflow.ts';
import { guessColumns } from './guess-columns.ts';
import { type NewWorkflow, variable, writeWorkflow } from './write-workflow.ts';

describe('a guess at columns', () => {
  it('finds key, name, pictures and filter by names and values', () => {
    const guess = guessColumns([
      {
        group: 'a',
        sku: '001',
        'Product name': 'Mug',
        pics: 'a/1.jpg;a/2.JPG',
        in_stock: 'true',
        price: '12.50',
      },
      {
        group: 'a',
        sku: '002',
        'Product name': 'Lamp',
        pics: 'https://x.example/a.png?v=2',
        in_stock: 'false',
        price: '9',
      },
    ]);
    assert.deepEqual(
      [guess.key, guess.name, guess.photos, guess.filter],
      ['sku', 'Product name', { column: 'pics', separator: ';' }, 'in_stock'],
    );
    assert.deepEqual(
      guess.fields.map(({ column, type }) => `${column}:${type}`),
      ['group:text', 'Product name:text', 'in_stock:boolean', 'price:number'],
    );
  });

  it('takes no column for a key that repeats or is empty somewhere', () => {
    assert.equal(
      guessColumns([
        { sku: 'a', n: '1' },
        { sku: 'a', n: '' },
      ]).key,
      undefined,
    );
    assert.equal(
      guessColumns([
        { sku: 'a', n: '1' },
        { sku: 'a', n: '2' },
      ]).key,
      'n',
    );
  });
});

describe('a workflow that is written', () => {
  const write = (change: Partial<NewWorkflow>) =>
    writeWorkflow({
      name: 'shop',
      source: { path: 'shop.csv' },
      key: 'sku',
      title: 'name',
      photos: { column: 'photos', separator: '|' },
      prompt: '{{ name }} turns',
      durationSeconds: 5,
      aspectRatio: '16:9',
      schemaUrl: 'http://localhost:4700/schemas/workflow.json',
      guess: guessColumns([{ sku: '1', name: 'Mug', in_stock: 'true' }]),
      table: undefined,
      ...change,
    });

  for (const [what, change] of [
    ['from a CSV', {}],
    ['without pictures', { photos: undefined }],
    ['from a table', { source: { query: 'select * from product', url_env: 'SHOP' }, table: 'product' }],
    ['with names that YAML would read as something else', { name: 'yes', key: 'no: 1', title: 'a # "b"' }],
  ] as const)
    it(`can be read: ${what}`, () => {
      const text = write(change);
      const workflow = readWorkflow(text, 'shop.yaml');
      assert.equal(workflow.name, 'name' in change ? change.name : 'shop');
      assert.equal(workflow.source?.key, 'key' in change ? change.key : 'sku');
    });

  it('can be read with any one of its comments taken in', () => {
    const text = write({ source: { query: 'select * from product', url_env: 'SHOP' }, table: 'product' });
    const blocks = text.split('\n\n').slice(1);
    for (const [index, block] of blocks.entries()) {
      const plain = block
        .split('\n')
        .map((line) => (/^# (\s*-? ?[a-z_]+:|\s*- \{|fields:|\s{2})/.test(line) ? line.slice(2) : line))
        .join('\n');
      const whole = blocks.map((other, at) => (at === index ? plain : other)).join('\n\n');
      assert.doesNotThrow(() => readWorkflow(whole, 'shop.yaml'), plain);
      assert.ok(Object.keys(parse(whole) as object).length >= Object.keys(parse(text) as object).length);
    }
  });

  it('reaches columns that are no words', () =>
    assert.equal(variable('Product "name"'), 'row["Product \\"name\\""]'));
});
