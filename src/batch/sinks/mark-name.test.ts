import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSink, sinkSpecSchema } from './index.ts';
import type { Sink } from './sink.ts';

const spec = {
  url_env: 'SHOP_DATABASE_URL',
  update: 'update product set video_url = $1, price = $2 where sku = $3',
  values: ['video_url', 'row.price', 'key'],
};

function open(
  fields: object,
  database = 'postgres://kinora:one@db.example/shop',
): NonNullable<Sink['marking']> {
  const sink = openSink(sinkSpecSchema.parse(fields), {
    folder: undefined,
    env: () => database,
    fetch,
    sleep: async () => {},
    now: () => new Date(0),
    async *content() {},
  });
  assert.ok(sink.marking);
  return sink.marking;
}

test('a sink is another one where it writes other things, or elsewhere, and the same with another password', () => {
  const { name } = open(spec);
  const { values, ...rest } = spec;
  assert.equal(open({ values, ...rest }).name, name);
  assert.equal(open(spec, 'postgres://other:two@db.example/shop').name, name);
  assert.notEqual(open(spec, 'postgres://kinora:one@db.example/staging').name, name);
  assert.notEqual(open(spec, 'postgres://kinora:one@db2.example/shop').name, name);
  assert.notEqual(open({ ...spec, values: ['poster_url', 'row.price', 'key'] }).name, name);
  assert.doesNotMatch(name, /[^0-9a-f]/);
});

test('a row is told anew where a column that is written has changed, and none where another one has', () => {
  const { tagOf } = open(spec);
  assert.equal(tagOf({ price: 9, stock: 1 }), tagOf({ price: 9, stock: 2 }));
  assert.notEqual(tagOf({ price: 9 }), tagOf({ price: 10 }));
  assert.notEqual(tagOf({ price: '9' }), tagOf({ price: 9 }));
  const webhook = open({ url: 'https://shop.example/videos', secret_env: 'SECRET' });
  assert.equal(webhook.tagOf({ price: 9 }), webhook.tagOf({ price: 10 }));
});
