// Random calls, half of them sensible and half spoilt, made from /openapi.json. Whatever comes, the server answers as
// documented and never with a fault of its own. KINORA_FUZZ_SEED=… plays another hand, KINORA_FUZZ_RUNS=… a longer one.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { File } from '../../src/contract/file.ts';
import type { Generation } from '../../src/contract/generation.ts';
import type { RecordPage } from '../../src/contract/record.ts';
import type { Workflow } from '../../src/contract/workflow.ts';
import { priceBooks } from '../../src/domain/price-book.ts';
import { createTestApp, operatorKey, signUp } from '../app.ts';
import { deliverNext } from '../ended.ts';
import { startFakeStripe } from '../fixtures/fake-stripe.ts';
import { arbitraryOf, type Json, type Known, spoilt } from '../openapi/arbitrary.ts';
import { type Operation, pathOf, readOpenApi } from '../openapi/document.ts';
import { endNext, feedAll } from '../records.ts';

const seed = Number(process.env['KINORA_FUZZ_SEED'] ?? 20_261_128);
const runs = Number(process.env['KINORA_FUZZ_RUNS'] ?? 20);
/** A share; what is signed by others, or is in a state that chance does not reach, takes none. */
const leastAccepted = 0.75;
/** Uploads are opened in a process of their own each. */
const uploadRuns = 8;

interface RandomCall {
  key: string | undefined;
  ids: Record<string, string>;
  query: Record<string, string>;
  headers: Record<string, string>;
  type: string;
  body: string | Uint8Array<ArrayBuffer> | undefined;
}

const stripe = await startFakeStripe(Date.now);
const app = await createTestApp({
  payments: stripe.payments,
  priceBook: priceBooks.published,
  // No name leads anywhere, so that nobody out there is asked for references.
  resolve: async () => [],
});
const mug = await readFile(new URL('../fixtures/mug.jpg', import.meta.url));
const document = await readOpenApi(app);
const ids = await somethingOfEverything();
const one = (name: string) => fc.constantFrom(...(ids[name] ?? []));
const known: Known = {
  image: one('files'),
  reference_images: fc.array(one('files'), { minLength: 1, maxLength: 9 }),
  file_id: one('files'),
  account_id: one('accounts'),
  batch_id: one('batches'),
  ids: fc.array(one('generations'), { minLength: 1, maxLength: 3 }),
  engine: fc.constantFrom('local'),
  time_zone: fc.constantFrom('Europe/Oslo', 'UTC'),
  thresholds: fc.constantFrom([50, 80], []),
  pack: fc.constantFrom('Max'),
  engines: fc.constantFrom(['local']),
  // Of GET /v1/events: whoever waits, waits.
  wait: fc.constantFrom(0),
};
const making = { document, known, usual: ['reference_images'] };
/** Operations of which a random call was taken. */
const accepted = new Set<string>();

/** Ids that exist, so that not every random call ends with a 404. */
async function somethingOfEverything(): Promise<Record<string, string[]>> {
  const { accountId, key } = await signUp(app, 100_000);
  const test = await app.json<{ id: string; key: string }>('POST', '/v1/keys', {
    key,
    body: { mode: 'test' },
  });
  const upload = async () => {
    const headers = { 'content-type': 'image/jpeg' };
    const answer = await app.call('/v1/files', { method: 'POST', key, headers, body: mug });
    return (await answer.json()) as File;
  };
  const file = await upload();
  const submit = async () =>
    (
      await app.json<Generation>('POST', '/v1/bytedance/seedance-2.0/text-to-video', {
        key,
        body: { prompt: 'a calm morning', duration: 5, aspect_ratio: '16:9' },
      })
    ).body.id;
  const made = await submit();
  await deliverNext(app.store, 303);
  const idOf = async (path: string, body: object) =>
    (await app.json<{ id: string }>('POST', path, { key, body })).body.id;
  await app.json('PUT', '/v1/ads/spring/matrix', { key, body: { axes: { hook: ['question', 'promise'] } } });
  const shape = { prompt: 'a calm morning', duration: 5, aspect_ratio: '16:9', endpoint: 'text-to-video' };
  const record = { key: 'MUG', fingerprint: 'f'.repeat(64) };
  const shop = await idOf('/v1/batches', { name: 'shop', workflow: 'spring' });
  await idOf(`/v1/batches/${shop}/rows`, { rows: [{ ...shape, record }] });
  await feedAll(app);
  await endNext(app, { video: 'a mug' });
  const thrown = await submit();
  await endNext(app, { video: 'nothing needs it' });
  const published = await app.json<Workflow>('PATCH', '/v1/workflows/spring', {
    key,
    body: { published: true },
  });
  const records = await app.json<RecordPage>('GET', '/v1/records', { key });
  const definition = { ...shape, name: 'spring', source: { url: 'https://shop.example/', key: 'sku' } };
  await app.json('PUT', '/v1/workflows/spring/definition', { key, body: definition });
  const run = await app.json<{ id: string }>('POST', '/v1/workflows/spring/runs', { key, body: {} });
  const waiting = await idOf('/v1/batches', { name: 'waits' });
  await idOf(`/v1/batches/${waiting}/pause`, {});
  await idOf(`/v1/batches/${waiting}/rows`, { rows: [shape] });
  const budget = { name: 'a', scope: 'account', period: 'total', limit_credits: 9 ** 9 };
  return {
    key: [key, key, test.body.key, operatorKey],
    generations: [made, await submit()],
    accounts: [accountId],
    files: [file.id],
    content: [new URL(file.url).pathname.split('/').at(-1) ?? ''],
    keys: [test.body.id],
    budgets: [await idOf('/v1/budgets', budget)],
    batches: [await idOf('/v1/batches', { name: 'spring' }), waiting],
    records: records.body.data.map(({ id }) => id),
    workflows: ['spring'],
    r: [published.body.public_id ?? ''],
    file: ['MUG.mp4', 'MUG.jpg'],
    topups: [await idOf('/v1/topups', { pack: 'Max' })],
    'upload-tokens': [await idOf('/v1/upload-tokens', {})],
    webhooks: [await idOf('/v1/webhooks', { url: 'https://hooks.halden.example/' })],
    // May be deleted: nothing else needs them.
    'DELETE generations': [thrown],
    'DELETE files': [(await upload()).id],
    'DELETE keys': [await idOf('/v1/keys', {})],
    'DELETE budgets': [await idOf('/v1/budgets', budget)],
    ads: ['spring'],
    runs: [run.body.id],
    engines: ['local'],
    number: ['1'],
  };
}

const words = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.constantFrom(
    '1',
    '-1',
    '0',
    '1e9',
    'null',
    '../..',
    "' or 1=1 --",
    'gen_000000000000000000000000',
    '\u0000',
  ),
);

/** Of a path parameter: mostly one that exists, by the word of the path before it. */
function idFor({ method, path }: Operation, name: string): fc.Arbitrary<string> {
  const before = path.split(`/{${name}}`)[0]?.split('/').at(-1) ?? '';
  const known = ids[name] ?? ids[`${method} ${before}`] ?? ids[before] ?? [];
  const junk = words.filter((word) => word !== '' && word !== '.' && word !== '..');
  return known.length === 0 ? junk : fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...known) }, junk);
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** A photo with a part of it overwritten, as a form or as it is. */
const randomUpload = fc
  .record({ at: fc.nat(), bytes: fc.uint8Array({ maxLength: 50 }), form: fc.boolean(), end: fc.nat() })
  .map(({ at, bytes, form, end }) => {
    const photo = new Uint8Array(mug);
    photo.set(bytes, at % (photo.length - bytes.length));
    const head = `--x\r\ncontent-disposition: form-data; name="file"; filename="${at}.jpg"\r\n\r\n`;
    const whole = form ? Buffer.concat([Buffer.from(head), photo, Buffer.from('\r\n--x--')]) : photo;
    return new Uint8Array(whole.subarray(0, end % 3 === 0 ? end % whole.length : undefined));
  });

function randomBody({ bodies }: Operation): fc.Arbitrary<RandomCall['body']> {
  if (bodies.has('multipart/form-data')) return randomUpload;
  const schema = bodies.get('application/json');
  if (schema === undefined) return fc.option(fc.string(), { nil: undefined });
  const valid = arbitraryOf(making, schema);
  return fc.oneof(
    { weight: 5, arbitrary: valid.map((value) => JSON.stringify(value)) },
    { weight: 5, arbitrary: spoilt(valid).map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: fc.constantFrom(undefined, '', '{', 'null', '[]', '\0', '{"a":1,"a":2}') },
  );
}

/** Parameters of the query, or headers, at most. */
const mostGiven = 2;

function randomCall(operation: Operation): fc.Arbitrary<RandomCall> {
  const of = (place: 'path' | 'query' | 'header') =>
    operation.parameters.filter((parameter) => parameter.in === place);
  const values = (place: 'query' | 'header') =>
    fc
      .subarray(of(place), { maxLength: Math.min(mostGiven, of(place).length) })
      .chain((some) =>
        fc.record(
          Object.fromEntries(
            some.map(({ name, schema }): [string, fc.Arbitrary<string>] => [
              name,
              fc.oneof(
                { weight: 3, arbitrary: (known[name] ?? arbitraryOf(making, schema)).map(textOf) },
                words,
              ),
            ]),
          ),
        ),
      );
  return fc.record({
    key: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...(ids['key'] ?? [])) },
      { weight: 1, arbitrary: fc.constantFrom(undefined, 'kin_live_x', 'kin_upload_x') },
    ),
    ids: fc.record(
      Object.fromEntries(
        of('path').map(({ name }): [string, fc.Arbitrary<string>] => [name, idFor(operation, name)]),
      ),
    ),
    query: values('query'),
    headers: values('header').map((headers) =>
      Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, headerText(value)])),
    ),
    type: operation.bodies.has('multipart/form-data')
      ? fc.constantFrom('image/jpeg', 'multipart/form-data; boundary=x', 'multipart/form-data', 'text/plain')
      : fc.constantFrom('application/json'),
    body: randomBody(operation),
  }) as fc.Arbitrary<RandomCall>;
}

/** What may stand in a header at all; the rest no client can send. */
const headerText = (value: string) => value.replace(/[^\x20-\x7e]/g, '?').trim();

async function send(operation: Operation, random: RandomCall): Promise<void> {
  const query = new URLSearchParams(random.query);
  const body = operation.method === 'GET' ? undefined : random.body;
  const response = await app.call(`${pathOf(operation.path, random.ids)}?${query}`, {
    method: operation.method,
    headers: { ...random.headers, ...(body === undefined ? {} : { 'content-type': random.type }) },
    ...(body === undefined ? {} : { body }),
    ...(random.key === undefined ? {} : { key: random.key }),
  });
  const contentType = response.headers.get('content-type') ?? '';
  const isJson = /\bjson\b/.test(contentType) && !/ndjson/.test(contentType);
  // A stream may go on for ever; that it began is enough.
  const answer: unknown = isJson ? await response.json() : await response.body?.cancel();
  if (response.ok) accepted.add(operation.name);
  assert.ok(
    response.status < 500,
    `${response.status} ${JSON.stringify(answer)}: ${String(app.unexpected.at(-1))}`,
  );
  document.check(operation, { status: response.status, contentType, body: answer });
}

describe(`random calls (seed ${seed})`, () => {
  for (const operation of document.operations)
    it(`of ${operation.name} are answered`, async () => {
      const numRuns = operation.bodies.has('multipart/form-data') ? uploadRuns : runs;
      await fc.assert(
        fc.asyncProperty(randomCall(operation), (random) => send(operation, random)),
        { seed, numRuns, interruptAfterTimeLimit: 5_000, markInterruptAsFailure: false },
      );
      assert.deepEqual(app.unexpected, []);
    });

  it('go deep: most operations took one', () => {
    const share = accepted.size / document.operations.length;
    assert.ok(
      share > leastAccepted,
      `only ${Math.round(share * 100)} % of the operations took a random call`,
    );
  });
});
