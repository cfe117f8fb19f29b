import assert from 'node:assert/strict';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { after, describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openSource, sourceSpecSchema } from '../../../src/batch/sources/index.ts';
import type { SourceRecord, SourceRow } from '../../../src/batch/sources/source.ts';
import { createTestDatabase } from '../../database.ts';
import { manyRecords, type NastyRecord, nastyRecords } from './nasty-records.ts';
import { type SourceSubject, serving, sourceSubjects, streamed } from './source-subjects.ts';

const address = 'https://shop.example/feed';
const never = new AbortController().signal;

const database = await createTestDatabase();
await database.store.query('create table product (at int, sku text, name text, note text)');
const folder = await mkdtemp(join(tmpdir(), 'kinora-source-'));
after(() => rm(folder, { recursive: true, force: true }));

/** A source of these records; for a database they are put into its table, or made by the query. */
async function sourceOf(
  subject: SourceSubject,
  records: readonly NastyRecord[] | { query: string; many: number },
) {
  const isTable = subject.name === 'postgres';
  const list = Array.isArray(records) ? (records as readonly NastyRecord[]) : undefined;
  if (isTable && list !== undefined) {
    await database.store.query('truncate product');
    await database.store.query(
      'insert into product select at, r.sku, r.name, r.note from rows from (jsonb_to_recordset($1) as (sku text, name text, note text)) with ordinality as r (sku, name, note, at)',
      [JSON.stringify(list)],
    );
  }
  const query = 'query' in records ? records.query : 'select sku, name, note from product order by at';
  const count = 'many' in records ? records.many : 0;
  const made = () => list ?? manyRecords(count);
  if (subject.isFile)
    await pipeline(streamed(subject.write?.(made()) ?? []), createWriteStream(join(folder, 'feed')));
  const place = isTable
    ? { query, url_env: 'SHOP_DATABASE_URL' }
    : subject.isFile
      ? { path: 'feed' }
      : { url: address };
  return openSource(sourceSpecSchema.parse({ ...subject.spec, ...place }), {
    folder: subject.isFile ? folder : undefined,
    env: (name) => (name === 'SHOP_DATABASE_URL' ? database.url : undefined),
    fetch: serving(subject, made),
    sleep: async () => {},
  });
}

async function all(rows: AsyncIterable<SourceRecord>): Promise<SourceRecord[]> {
  const found: SourceRecord[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

const said = ({ columns }: SourceSubject, record: SourceRecord): NastyRecord => {
  assert.ok('values' in record, JSON.stringify(record));
  return {
    sku: record.key,
    name: String(record.values[columns.name]),
    note: String(record.values[columns.note]),
  };
};

const connections = async () => {
  const [row] = await database.store.query<{ count: number }>(
    "select count(*) as count from pg_stat_activity where datname = current_database() and query like '%kinora_rows%' and pid <> pg_backend_pid()",
  );
  return row?.count;
};

/** Those that read in ways unlike each other; the rest have shorter runs. */
const longRuns = ['csv', 'json', 'postgres'];

for (const subject of sourceSubjects)
  describe(`the source ${subject.name}`, () => {
    it('reads every record as it was written, in order, and the same again', async () => {
      const source = await sourceOf(subject, nastyRecords);
      for (const _ of ['first', 'again'])
        assert.deepEqual(
          (await all(source.rows(never))).map((record) => said(subject, record)),
          nastyRecords,
        );
    });

    it('tells each bad record by its place, and gives the good ones', async () => {
      const [one, two, three, four, five] = nastyRecords as [
        NastyRecord,
        NastyRecord,
        NastyRecord,
        NastyRecord,
        NastyRecord,
      ];
      const records = [
        one,
        { ...two, sku: '' },
        { ...three, sku: one.sku },
        { ...four, name: 'x'.repeat(1_000_000) },
        { ...five, sku: 'k'.repeat(201) },
        two,
      ];
      const found = await all((await sourceOf(subject, records)).rows(never));
      assert.equal(found.length, records.length);
      const [first, empty, duplicate, large, long, last] = found as [SourceRow, ...SourceRecord[]];
      assert.deepEqual([said(subject, first), said(subject, last as SourceRecord)], [one, two]);
      const fault = (record: SourceRecord | undefined) =>
        record !== undefined && 'fault' in record ? record.fault : '';
      assert.match(fault(empty), /which names the row, is (missing|empty)/);
      assert.equal(
        fault(duplicate).includes(`"${one.sku}" is the key of ${first.place} already`),
        true,
        fault(duplicate),
      );
      assert.match(
        fault(large),
        new RegExp(`column "${subject.columns.name}" holds 1,000,000 bytes; 100,000 is the most`),
      );
      assert.match(fault(long), /longer than 200 characters/);
      assert.equal(
        new Set(found.map(({ place }) => place)).size,
        records.length,
        'every record has its place',
      );
    });

    it('has no records where there are none', async () => {
      assert.deepEqual(
        subject.name === 'merchant xml' ? [] : await all((await sourceOf(subject, [])).rows(never)),
        [],
      );
    });

    it('can be left early, and read again', async () => {
      const source = await sourceOf(subject, nastyRecords);
      for await (const record of source.rows(never)) {
        assert.deepEqual(said(subject, record), nastyRecords[0]);
        break;
      }
      assert.equal((await all(source.rows(never))).length, nastyRecords.length);
      if (subject.name === 'postgres') assert.equal(await connections(), 0);
    });

    it('stops where it is told to, with the reason', async () => {
      const source = await sourceOf(subject, { query: manyRows(3_000), many: 3_000 });
      const stop = new AbortController();
      const reason = new Error('enough');
      let count = 0;
      await assert.rejects(
        async () => {
          for await (const _ of source.rows(stop.signal)) {
            count += 1;
            if (count === 5) stop.abort(reason);
          }
        },
        (error) => error === reason,
      );
      assert.ok(count < 3_000, `${count} rows came after the end`);
    });

    const many = longRuns.includes(subject.name) ? 100_000 : 20_000;
    it(`reads ${many.toLocaleString('en')} records in flat memory`, async () => {
      const source = await sourceOf(subject, { query: manyRows(many), many });
      let count = 0;
      let early = 0;
      let growth = Number.NaN;
      for await (const record of source.rows(never)) {
        count += 1;
        assert.ok('values' in record);
        if (count === 5_000) early = heapMegabytes();
        if (count === many) growth = heapMegabytes() - early;
      }
      const read = ((many - 5_000) * 600) / 1_000_000;
      process.stdout.write(
        `# ${subject.name}: ${read} MB of records later the heap is ${growth.toFixed(1)} MB larger\n`,
      );
      assert.equal(count, many);
      // What stays are the keys with their places, which every source remembers, and what a collection leaves.
      assert.ok(growth < 6 + read * 0.28, `the heap grew by ${growth} MB while ${read} MB were read`);
    });
  });

const manyRows = (count: number) =>
  `select 'SKU-' || lpad(i::text, 8, '0') || '-XL' as sku, 'Fjell mug no. ' || i as name, repeat('A stoneware mug with a quiet glaze. ', 14) || i as note from generate_series(1, ${count}) i`;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heapMegabytes(): number {
  collect();
  return process.memoryUsage().heapUsed / 1_000_000;
}
