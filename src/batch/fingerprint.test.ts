import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { idempotencyKey, requestHash } from './fingerprint.ts';
import type { PlannedReference, PlannedRow } from './plan-rows.ts';
import { readWorkflow } from './workflow.ts';

const workflow = (extra: object = {}) =>
  readWorkflow(
    JSON.stringify({
      name: 'shop',
      source: { path: 'shop.csv', key: 'sku' },
      prompt: 'x',
      photos: { column: 'photos' },
      duration: 5,
      aspect_ratio: '16:9',
      ...extra,
    }),
    'shop.json',
  );

const image = (path: string): PlannedReference => ({
  kind: 'image',
  location: { path, relativeTo: 'source' },
  role: 'product',
  alias: undefined,
});

const row: PlannedRow = {
  key: 'A',
  title: 'A',
  prompt: 'a mug',
  references: [image('1.jpg'), image('2.jpg')],
  notes: [],
};

const contents: Record<string, string> = { '1.jpg': 'one', '2.jpg': 'two', 'moved/1.jpg': 'one' };
const contentOf = ({ location }: PlannedReference) =>
  'path' in location ? (contents[location.path] ?? '') : location.url;
const hash = (changed: Partial<PlannedRow> = {}, extra: object = {}) =>
  requestHash(workflow(extra), { ...row, ...changed }, contentOf);

describe('the hash of a request', () => {
  it('stays when nothing that is asked for changes', () => {
    assert.match(hash(), /^[0-9a-f]{64}$/);
    assert.equal(hash(), hash({ title: 'Another name', notes: ['said'] }, { output: 'elsewhere' }));
    assert.equal(hash(), hash({ references: [image('moved/1.jpg'), image('2.jpg')] }), 'a file that moved');
    assert.equal(hash(), hash({}, { generate_audio: true }), 'a default that is written out');
  });

  for (const [what, changed, extra] of [
    ['the prompt', { prompt: 'a cup' }, {}],
    ['a picture', { references: [image('2.jpg'), image('2.jpg')] }, {}],
    ['the order of pictures', { references: [image('2.jpg'), image('1.jpg')] }, {}],
    ['a role', { references: [image('1.jpg'), { ...image('2.jpg'), role: 'detail' as const }] }, {}],
    ['the duration', {}, { duration: 6 }],
    ['the seed', {}, { seed: 0 }],
    ['the sound', {}, { generate_audio: false }],
  ] as const)
    it(`changes with ${what}`, () => assert.notEqual(hash(changed as Partial<PlannedRow>, extra), hash()));
});

describe('the idempotency key of a row', () => {
  const parts = { workflow: 'shop', rowKey: 'A-1', requestHash: 'f'.repeat(64), attempt: 1 };

  it('is made of workflow, row, request and try', () => {
    assert.equal(idempotencyKey(parts), `shop/A-1/${'f'.repeat(32)}/1`);
    assert.notEqual(idempotencyKey(parts), idempotencyKey({ ...parts, attempt: 2 }));
  });

  it('cannot be that of another pair of names', () => {
    assert.notEqual(
      idempotencyKey({ ...parts, workflow: 'a/b', rowKey: 'c' }),
      idempotencyKey({ ...parts, workflow: 'a', rowKey: 'b/c' }),
    );
  });

  it('fits into a header, whatever the names', () => {
    const key = idempotencyKey({ ...parts, workflow: 'vår ☀', rowKey: 'å'.repeat(200) });
    assert.ok(key.length <= 255);
    assert.equal(new Headers({ 'idempotency-key': key }).get('idempotency-key'), key);
    assert.notEqual(key, idempotencyKey({ ...parts, workflow: 'vår ☀', rowKey: 'å'.repeat(199) }));
  });
});
