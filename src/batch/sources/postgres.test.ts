import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTestDatabase } from '../../../test/database.ts';
import { openSource, sourceSpecSchema } from './index.ts';

const { store, url } = await createTestDatabase();
await store.query(
  "create domain price as numeric(12, 2) check (value >= 0); create type mood as enum ('calm', 'loud')",
);
await store.query('create table product (sku text)');

async function rows(query: string, extra: object = {}, address = url, isDiscreet = false) {
  const source = openSource(
    sourceSpecSchema.parse({ key: 'sku', query, url_env: 'SHOP_DATABASE_URL', ...extra }),
    {
      folder: undefined,
      env: (name) => (name === 'SHOP_DATABASE_URL' ? address : undefined),
      isDiscreet,
      fetch,
      sleep: async () => {},
    },
  );
  const found = [];
  for await (const record of source.rows(new AbortController().signal)) found.push(record);
  return found;
}

describe('the rows of a query', () => {
  it('have values that JSON can say, and lose nothing', async () => {
    const [row] =
      await rows(`select 'A' as sku, 12.50::price as price, 123456789012345678901.25 as large, 'NaN'::numeric as nan,
      7::int2 as small, 42::int8 as count, 9007199254740993::int8 as huge, 1.5::float8 as half, 'Infinity'::float8 as endless,
      true as sold, null::text as nothing, '2026-11-28'::date as day, timestamptz '2026-11-28 12:30:00.25+02' as at,
      timestamp '2026-11-28 12:30:00' as here, array['a', null, 'b"c,{}'] as tags, array[1.10, 2.20]::price[] as prices,
      array[[1, 2], [3, 4]] as grid, array['calm']::mood[] as moods, '{"a": [1, null]}'::jsonb as data,
      interval '1 day 2 hours' as span, '\\xdead'::bytea as bytes, 'loud'::mood as mood`);
    assert.deepEqual(row, {
      place: 'row 1',
      key: 'A',
      values: {
        sku: 'A',
        price: '12.50',
        large: '123456789012345678901.25',
        nan: 'NaN',
        small: 7,
        count: 42,
        huge: '9007199254740993',
        half: 1.5,
        endless: 'Infinity',
        sold: true,
        nothing: null,
        day: '2026-11-28',
        at: '2026-11-28T10:30:00.25Z',
        here: '2026-11-28T12:30:00',
        tags: ['a', null, 'b"c,{}'],
        prices: ['1.10', '2.20'],
        grid: [
          [1, 2],
          [3, 4],
        ],
        moods: ['calm'],
        data: { a: [1, null] },
        span: 'P1DT2H',
        bytes: '\\xdead',
        mood: 'loud',
      },
    });
  });

  for (const [what, query, why] of [
    ['a statement that writes', "insert into product values ('A') returning sku", /syntax error/],
    [
      'a query that writes',
      "with a as (insert into product values ('A') returning sku) select sku from a",
      /data-modifying|read-only/,
    ],
    ['a function that writes', "select nextval('batch_numbers') as sku", /read-only|does not exist/],
    ['two statements', 'select 1 as sku; drop table product', /multiple commands|syntax error/],
    ['a transaction that it would end', 'select 1 as sku; commit', /multiple commands|syntax error/],
    ['columns of one name', 'select 1 as sku, 2 as sku', /two columns named "sku"/],
    ['a missing key', 'select 1 as id', /no column "sku".*source\.key/],
  ] as const)
    it(`refuse ${what}`, async () => {
      await assert.rejects(rows(query), { code: 'invalid_request', message: why });
      assert.deepEqual(await store.query('select * from product'), []);
    });

  it('may not take longer than they are given', async () => {
    await assert.rejects(rows("select 'A' as sku from pg_sleep(20)", { timeout_seconds: 1 }), {
      message: /took longer than it may/,
    });
  });

  it('come from a database that is there, and its password is never shown', async () => {
    for (const address of [
      'postgresql://u:geheim@127.0.0.1:1/x',
      'mysql://u:geheim@h/x',
      'postgresql://u:geh%eim@h:x/x',
    ])
      await assert.rejects(rows('select 1 as sku', {}, address), (error: Error & { hint?: string }) => {
        assert.match(error.message, /SHOP_DATABASE_URL/);
        assert.doesNotMatch(`${error.message} ${error.hint} ${error.stack}`, /geheim|geh%eim/);
        return true;
      });
  });
});

describe("a database whose address is somebody else's", () => {
  const said = async (address: string) => {
    const error = await rows('select 1 as sku', {}, address, true).then(
      () => assert.fail('it was read'),
      (thrown: unknown) => thrown,
    );
    return `${String(error)} ${String((error as { hint?: string }).hint)}`;
  };

  it('is told of by the kind of its trouble alone', async () => {
    const { host } = new URL(url);
    for (const [address, why] of [
      ['postgres://mallory:geheim@127.0.0.1:1/innermost', /cannot be reached/],
      ['postgres://mallory:geheim@inner.invalid:5432/innermost', /cannot be reached/],
      [`postgres://mallory:geheim@${host}/innermost`, /refuses the login|no database of that name/],
      [url.replace(/\/[^/?]+(\?|$)/, '/innermost$1'), /no database of that name/],
    ] as const) {
      const text = await said(address);
      assert.match(text, why);
      assert.match(text, /SHOP_DATABASE_URL/);
      assert.doesNotMatch(text, /mallory|geheim|innermost|127\.0\.0\.1|inner\.invalid|role|postgres"/);
    }
  });

  it('says what is wrong with a statement, which is not a secret of its', async () => {
    await assert.rejects(rows('select nowhere as sku', {}, url, true), /column "nowhere" does not exist/);
  });
});
