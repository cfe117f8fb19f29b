import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectOfForm } from './read-form.ts';

test('reads members, lists and lists of objects out of the names of fields', () => {
  assert.deepEqual(
    objectOfForm([
      ['prompt', '7'],
      ['seed', '0'],
      ['generate_audio', 'false'],
      ['tags[]', 'a'],
      ['tags[]', '1'],
      ['metadata[sku]', '007'],
      ['simulate[outcome][end]', 'fail'],
      ['simulate[latency_seconds]', '0.5'],
      ['image_reference[][image_url]', 'https://a.example/1.jpg'],
      ['image_reference[][file_id]', 'file_1'],
      ['input_reference', '{"image_url":"https://a.example/2.jpg"}'],
    ]),
    {
      prompt: '7',
      seed: 0,
      generate_audio: false,
      tags: ['a', '1'],
      metadata: { sku: '007' },
      simulate: { outcome: { end: 'fail' }, latency_seconds: 0.5 },
      image_reference: [{ image_url: 'https://a.example/1.jpg' }, { file_id: 'file_1' }],
      input_reference: { image_url: 'https://a.example/2.jpg' },
    },
  );
});

test('takes a name that comes again for a list', () => {
  assert.deepEqual(
    objectOfForm([
      ['prompt', 'a'],
      ['prompt', 'b'],
      ['prompt', 'c'],
    ]),
    { prompt: ['a', 'b', 'c'] },
  );
});

test('keeps what it cannot read under its own name, and no name is special', () => {
  const read = objectOfForm([
    ['a[b', '1'],
    ['seed', 'seven'],
    ['__proto__[x]', '1'],
    ['simulate', '{broken'],
    [`deep${'[a]'.repeat(50)}`, '1'],
  ]);
  assert.deepEqual(Object.keys(read).sort(), [
    '__proto__',
    'a[b',
    `deep${'[a]'.repeat(50)}`,
    'seed',
    'simulate',
  ]);
  assert.deepEqual([read['seed'], read['simulate']], ['seven', '{broken']);
  assert.equal(({} as { x?: string }).x, undefined);
});
