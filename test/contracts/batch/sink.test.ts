import assert from 'node:assert/strict';
import { access, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, describe, it } from 'node:test';
import { parse } from 'csv-parse/sync';
import { Webhook } from 'standardwebhooks';
import { openSink, sinkSpecSchema } from '../../../src/batch/sinks/index.ts';
import { rehearsalAddress } from '../../../src/batch/sinks/rehearsal-address.ts';
import type { Sink, SinkResult } from '../../../src/batch/sinks/sink.ts';
import { openSource, sourceSpecSchema } from '../../../src/batch/sources/index.ts';
import { createTestDatabase } from '../../database.ts';
import { nastyRecords } from './nasty-records.ts';

const never = new AbortController().signal;
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const { store, url: databaseUrl } = await createTestDatabase();
await store.query(
  'create table product (sku text primary key, video_url text, version int, writes int not null default 0)',
);
const folder = await mkdtemp(join(tmpdir(), 'kinora-sink-'));
const messages = new Map<string, { data: Record<string, unknown> }>();
const receiver = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  new Webhook(secret).verify(body, request.headers as Record<string, string>);
  messages.set(String(request.headers['webhook-id']), JSON.parse(body));
  response.writeHead(204).end();
}).listen(0, '127.0.0.1');
await new Promise((listening) => receiver.once('listening', listening));
const receiverUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/videos`;
after(async () => {
  receiver.close();
  await rm(folder, { recursive: true, force: true });
});

interface SinkSubject {
  name: string;
  spec: object;
  /** Whether it takes rehearsals unasked, marked, at a path of their own. */
  isFile: boolean;
  /** Whether it also tells of rows that were not made. */
  tellsAll: boolean;
  /** What is there now: key and address of each, in order where there is one. */
  written(of?: 'rehearsal'): Promise<{ key: string; video_url: string | null; rehearsal?: unknown }[]>;
}

const there = async (path: string) =>
  access(join(folder, path)).then(
    () => true,
    () => false,
  );

async function table(path: string, delimiter: string, key: string) {
  if (!(await there(path))) return [];
  const rows = parse(await readFile(join(folder, path)), { columns: true, delimiter }) as Record<
    string,
    string
  >[];
  return rows.map((row) => ({
    // An apostrophe keeps a spreadsheet from running the rest.
    key: (row[key] ?? '').replace(/^'(?=[=+\-@])/, ''),
    video_url: row['video_url'] ?? row['video_link'] ?? null,
    rehearsal: row['rehearsal'] === 'true',
  }));
}

const subjects: SinkSubject[] = [
  {
    name: 'csv',
    spec: { path: 'results.csv', columns: ['name', 'note'] },
    isFile: true,
    tellsAll: true,
    written: (of) => table(of === undefined ? 'results.csv' : 'results.rehearsal.csv', ',', 'key'),
  },
  {
    name: 'jsonl',
    spec: { path: 'deep/results.jsonl' },
    isFile: true,
    tellsAll: true,
    async written(of) {
      const path = of === undefined ? 'deep/results.jsonl' : 'deep/results.rehearsal.jsonl';
      if (!(await there(path))) return [];
      const lines = (await readFile(join(folder, path), 'utf8')).trimEnd().split('\n');
      return lines.map((line) => JSON.parse(line));
    },
  },
  {
    name: 'postgres',
    spec: {
      url_env: 'SHOP_DATABASE_URL',
      update:
        'insert into product (video_url, sku, version, writes) values ($1, $2, $3, 1) on conflict (sku) do update set video_url = excluded.video_url, writes = product.writes + 1',
      values: ['video_url', 'row.sku', 'version'],
    },
    isFile: false,
    tellsAll: false,
    written: () => store.query('select sku as key, video_url from product order by version, sku collate "C"'),
  },
  {
    name: 'webhook',
    spec: { url: receiverUrl, secret_env: 'SHOP_WEBHOOK_SECRET' },
    isFile: false,
    tellsAll: false,
    written: async () =>
      [...messages.values()].map(({ data }) => ({
        key: String(data['key']),
        video_url: data['video_url'] === null ? null : String(data['video_url']),
        rehearsal: data['rehearsal'],
      })),
  },
  {
    name: 'merchant xml',
    spec: { path: 'feed.xml', attributes: ['name', 'note'] },
    isFile: true,
    tellsAll: false,
    async written(of) {
      const path = of === undefined ? 'feed.xml' : 'feed.rehearsal.xml';
      if (!(await there(path))) return [];
      // Read as the feed that it is.
      const source = openSource(sourceSpecSchema.parse({ driver: 'merchant', path }), {
        folder,
        env: () => undefined,
        fetch,
        sleep: async () => {},
      });
      const found = [];
      for await (const row of source.rows(never)) {
        assert.ok('values' in row, JSON.stringify(row));
        assert.equal(row.values['video_digital_source_type'], 'trained_algorithmic_media');
        const { video_link: link, rehearsal } = row.values;
        found.push({ key: row.key, video_url: String(link), rehearsal: rehearsal === 'true' });
      }
      return found;
    },
  },
  {
    name: 'merchant tsv',
    spec: { path: 'feed.tsv', attributes: ['name'] },
    isFile: true,
    tellsAll: false,
    written: (of) => table(of === undefined ? 'feed.tsv' : 'feed.rehearsal.tsv', '\t', 'id'),
  },
  {
    name: 'ads',
    spec: { folder: 'ads', columns: ['name'] },
    isFile: true,
    tellsAll: false,
    async written(of) {
      const rows = await table(`ads/bulk-upload${of === undefined ? '' : '.rehearsal'}.csv`, ',', 'name');
      for (const { key } of rows) {
        const file = `${codeOf(key)}${of === undefined ? '' : '.rehearsal'}.mp4`;
        assert.equal(await readFile(join(folder, 'ads/videos', file), 'utf8'), `the video of ${key}`);
      }
      return rows;
    },
  },
];

const codeOf = (key: string) => key.replaceAll(/[^A-Za-z0-9-]/g, 'O');

function resultOf(key: string, change: Partial<SinkResult> = {}): SinkResult {
  const record = nastyRecords.find(({ sku }) => sku === key);
  return {
    key,
    values: { sku: key, name: record?.name ?? 'Mug', note: record?.note ?? '' },
    status: 'made',
    video_url: `https://video.example/r/abc/${encodeURIComponent(key)}.mp4`,
    poster_url: `https://video.example/r/abc/${encodeURIComponent(key)}.jpg`,
    record_id: `rec_${key}`,
    version: 1,
    generation_id: 'gen_1',
    seconds: 5,
    width: 1280,
    height: 720,
    bytes: 1_000,
    credits: 303,
    error: null,
    rehearsal: false,
    ai_made: true,
    code: codeOf(key),
    ...change,
  };
}

async function* given(results: readonly SinkResult[], onEach: (index: number) => void = () => {}) {
  for (const [index, result] of results.entries()) {
    onEach(index);
    yield result;
  }
}

function open({ spec }: SinkSubject, extra: object = {}): Sink {
  return openSink(sinkSpecSchema.parse({ ...spec, ...extra }), {
    folder,
    env: (name) => ({ SHOP_DATABASE_URL: databaseUrl, SHOP_WEBHOOK_SECRET: secret })[name],
    fetch,
    sleep: async () => {},
    now: () => new Date(),
    async *content({ key }) {
      yield Buffer.from('the video of ');
      yield Buffer.from(key);
    },
  });
}

const results = nastyRecords.map(({ sku }) => resultOf(sku));
const expected = results.map(({ key, video_url }) => ({ key, video_url }));
const shown = (rows: { key: string; video_url: string | null }[]) =>
  rows.map(({ key, video_url }) => ({ key, video_url }));

for (const subject of subjects)
  describe(`the sink ${subject.name}`, () => {
    beforeEach(async () => {
      await store.query('truncate product');
      messages.clear();
      for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
    });

    it('writes every result, in the order of the source, and the same when it writes again', async () => {
      for (const _ of ['first', 'again']) {
        const report = await open(subject).write(given(results), never);
        assert.deepEqual(report, { written: 200, checked: 0, skipped: 0, refused: 0, refusals: [] });
        assert.deepEqual(shown(await subject.written()), expected);
      }
    });

    it('is exact after it was stopped between two rows, and leaves nothing half made', async () => {
      const sink = open(subject);
      const before = results.slice(0, 10);
      await sink.write(given(before), never);
      const stop = new AbortController();
      const reason = new Error('killed');
      await assert.rejects(
        sink.write(
          given(results, (index) => index === 120 && stop.abort(reason)),
          stop.signal,
        ),
        (error) => error === reason,
      );
      if (subject.isFile)
        assert.deepEqual(shown(await subject.written()), expected.slice(0, 10), 'the old file stands');
      assert.deepEqual(
        (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.tmp')),
        [],
      );
      await sink.write(given(results), never);
      assert.deepEqual(shown(await subject.written()), expected);
    });

    it('refuses addresses that nobody else reaches, or that expire, and writes the others', async () => {
      const bad = [
        'http://localhost:4700/r/abc/1.mp4',
        'http://127.0.0.1/r/abc/1.mp4',
        'http://[::ffff:10.0.0.5]/r/abc/1.mp4',
        'http://kinora/r/abc/1.mp4',
        'https://video.example/v1/content/file_1.mp4?expires=1&signature=x',
        'https://bucket.example/1.mp4?X-Amz-Expires=3600',
      ];
      const mixed = [
        ...bad.map((video_url, index) => resultOf(`bad-${index}`, { video_url })),
        resultOf('good'),
      ];
      const strict = await open(subject).write(given(mixed), never);
      assert.deepEqual([strict.written, strict.refused], [1, 6]);
      assert.match(strict.refusals[0]?.reason ?? '', /nobody else can reach.*KINORA_PUBLIC_URL.*allow_local/);
      assert.match(strict.refusals[4]?.reason ?? '', /expires/);
      const local = await open(subject, { allow_local: true }).write(given(mixed), never);
      assert.deepEqual([local.written, local.refused], [5, 2]);
      assert.equal((await subject.written()).length, 5);
    });

    it('marks a rehearsal, and never writes it over the real thing', async () => {
      await open(subject).write(given(results.slice(0, 3)), never);
      const tried = results.slice(0, 2).map((result) => ({
        ...result,
        video_url: rehearsalAddress({ workflow: 'spring', key: result.key, ending: 'mp4' }),
        rehearsal: true,
        record_id: null,
        version: null,
      }));
      const before = await subject.written();
      const report = await open(subject).write(given(tried), never);
      assert.deepEqual(await subject.written(), before);
      if (subject.isFile) {
        assert.equal(report.written, 2);
        assert.deepEqual(
          (await subject.written('rehearsal')).map(({ rehearsal }) => rehearsal),
          [true, true],
        );
      } else {
        assert.deepEqual([report.written, report.checked, report.refused], [0, 2, 0]);
        assert.equal((await open(subject, { rehearsals: true }).write(given(tried), never)).written, 2);
      }
    });

    it('tells of rows without a video where it tells of all, and lets them be elsewhere', async () => {
      const failed = resultOf('B', {
        status: 'failed',
        video_url: null,
        poster_url: null,
        error: 'said "no"',
      });
      const report = await open(subject).write(given([resultOf('A'), failed]), never);
      assert.deepEqual([report.written, report.skipped], subject.tellsAll ? [2, 0] : [1, 1]);
      assert.deepEqual(
        (await subject.written()).map(({ key }) => key),
        subject.tellsAll ? ['A', 'B'] : ['A'],
      );
    });
  });

describe('a sink that writes tables', () => {
  for (const [name, path] of [
    ['csv', 'results.csv'],
    ['ads', 'ads/bulk-upload.csv'],
    ['merchant tsv', 'feed.tsv'],
  ] as const)
    it(`keeps a spreadsheet from running what is in a ${name}`, async () => {
      const subject = subjects.find((subject) => subject.name === name) as SinkSubject;
      const evil = resultOf('=1+1', {
        values: { name: '=HYPERLINK("http://evil.example")', note: '@SUM(A1)' },
        code: 'A',
      });
      assert.equal((await open(subject).write(given([evil]), never)).written, 1);
      const text = await readFile(join(folder, path), 'utf8');
      assert.match(text, /'=1\+1/);
      assert.match(text, /'=HYPERLINK/);
      assert.doesNotMatch(text, /(^|[,\t\n"])[=@]/);
    });
});

describe('an address of a rehearsal', () => {
  it('is written for a rehearsal alone', async () => {
    const video_url = rehearsalAddress({ workflow: 'spring', key: 'A/1', ending: 'mp4' });
    assert.equal(video_url, 'https://rehearsal.invalid/spring/A%2F1.mp4');
    const subject = subjects.find(({ name }) => name === 'csv') as SinkSubject;
    const report = await open(subject).write(given([resultOf('A', { video_url })]), never);
    assert.deepEqual([report.written, report.refused], [0, 1]);
  });
});

describe('a sink that is told of each record', () => {
  for (const subject of subjects.filter(({ isFile }) => !isFile))
    it(`clears what it was told of one that shows nothing any more: ${subject.name}`, async () => {
      await store.query('truncate product');
      messages.clear();
      const telling = (number: number, isShown = true) => ({ sink: 'shop', number, isShown });
      const gone = { status: 'canceled', video_url: null, poster_url: null, version: null } as const;
      await open(subject).write(given([resultOf('A', { telling: telling(1) })]), never);
      const report = await open(subject).write(
        given([
          resultOf('A', { ...gone, telling: telling(2, false) }),
          // Of a record that it knows nothing of there is nothing to tell.
          resultOf('B', { ...gone }),
          resultOf('C', { ...gone, telling: telling(1) }),
        ]),
        never,
      );
      assert.deepEqual([report.written, report.skipped, report.refused], [1, 2, 0]);
      assert.deepEqual((await subject.written()).at(-1)?.video_url, null);
      assert.equal((await subject.written()).length, subject.name === 'webhook' ? 2 : 1);
    });
});

describe('the sink postgres', () => {
  const subject = subjects.find(({ name }) => name === 'postgres') as SinkSubject;
  const update = { update: 'update product set video_url = $1 where sku = $2', values: ['video_url', 'key'] };

  it('tries a rehearsal against the table, and says what the database would refuse', async () => {
    await store.query('truncate product');
    await store.query('alter table product add constraint no_mugs check (sku <> $$C$$)');
    const tried = ['A', 'C'].map((key) => resultOf(key, { rehearsal: true }));
    const report = await open(subject).write(given(tried), never);
    await store.query('alter table product drop constraint no_mugs');
    assert.deepEqual([report.written, report.checked, report.refused], [0, 1, 1]);
    assert.match(report.refusals[0]?.reason ?? '', /would refuse it: .*"no_mugs"/);
    assert.deepEqual(await store.query('select from product'), []);
  });

  it('writes the rows around one that fails, and names it with what the database says', async () => {
    await store.query('truncate product');
    await store.query('alter table product add constraint no_mugs check (sku <> $$C$$)');
    const report = await open(subject).write(given(['A', 'B', 'C', 'D'].map((key) => resultOf(key))), never);
    await store.query('alter table product drop constraint no_mugs');
    assert.deepEqual([report.written, report.refused], [3, 1]);
    assert.match(report.refusals[0]?.reason ?? '', /violates check constraint "no_mugs"/);
    assert.deepEqual(
      (await subject.written()).map(({ key }) => key),
      ['A', 'B', 'D'],
    );
  });

  it('binds values, and never reads them as SQL', async () => {
    await store.query('truncate product');
    const evil = "x'; drop table product; --";
    await store.query('insert into product (sku) values ($1)', [evil]);
    const report = await open(subject, update).write(given([resultOf(evil), resultOf('nobody')]), never);
    assert.deepEqual(report.refusals, [
      { key: 'nobody', reason: 'the statement matches no row of the table.' },
    ]);
    assert.equal((await subject.written())[0]?.video_url, resultOf(evil).video_url);
  });

  for (const [statement, why] of [
    ['delete from product where sku = $1 and $2 = $2', /begins with "delete"/],
    ['update product set video_url = $1, sku = $2', /has no WHERE/],
    ['update product set video_url = (select $1 where true), sku = $2', /has no WHERE/],
    ["update product set video_url = $1, sku = $2 || ' where '", /has no WHERE/],
    ['insert into product (video_url, sku) values ($1, $2)', /has no ON CONFLICT/],
    ['update product set video_url = $1 where sku = $2; drop table product', /more than one statement/],
    ['update product set video_url = $1 where true', /\$2 is not in the statement/],
    ['update product set video_url = $1 where sku = $2 and version = $3', /has \$3, and values names 2/],
    ['with a as (select 1) update product set video_url = $1 where sku = $2', /begins with "with"/],
  ] as const)
    it(`refuses ${statement}`, () => {
      assert.throws(() => open(subject, { ...update, update: statement }), {
        code: 'invalid_request',
        message: why,
      });
    });

  it('refuses values that are no fields', () => {
    assert.throws(() => open(subject, { ...update, values: ['video', 'key'] }), {
      message: /there is no "video"/,
    });
  });
});
