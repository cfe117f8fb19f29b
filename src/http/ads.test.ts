import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestApp, signUp } from '../../test/app.ts';
import type { AdChoice, AdMatrixState, AdReport, ImportedAdResults } from '../contract/ads.ts';
import type { Problem } from '../contract/problem.ts';

const app = await createTestApp();

const matrix = {
  mode: 'full',
  axes: { scene: ['kitchen', 'terrace'], hook: ['question', 'promise', 'number'] },
};

const put = (key: string, body: unknown, workflow = 'spring') =>
  app.json<AdMatrixState & Problem>('PUT', `/v1/ads/${workflow}/matrix`, { key, body });
const send = (key: string, rows: unknown[], more: object = {}) =>
  app.json<ImportedAdResults & Problem>('POST', '/v1/ads/spring/results', {
    key,
    body: { source: 'meta', rows, ...more },
  });
const report = (key: string, query = '') =>
  app.json<AdReport & Problem>('GET', `/v1/ads/spring/report?${query}`, { key });

test('a matrix keeps its order and its codes; another account sees none of it', async () => {
  const { key } = await signUp(app);
  const { status, body } = await put(key, matrix);
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(body.matrix.axes), ['scene', 'hook']);
  assert.deepEqual(
    body.variants.map(({ code }) => code),
    ['S1H1', 'S1H2', 'S1H3', 'S2H1', 'S2H2', 'S2H3'],
  );
  assert.equal((await put(key, matrix)).body.number, 1, 'the same again is no change');
  const other = await put(key, { ...matrix, axes: { ...matrix.axes, hook: ['promise'] } });
  assert.deepEqual([other.status, other.body.code], [409, 'invalid_state']);
  assert.match(other.body.detail, /H1 is "question" in codes made before, not "promise"/);
  const numbered = await put(key, {
    ...matrix,
    axes: { ...matrix.axes, hook: { 2: 'promise', 4: 'story' } },
  });
  assert.deepEqual([numbered.body.number, numbered.body.book[1]?.levels.length], [2, 4]);
  const { key: stranger } = await signUp(app);
  const hidden = await app.json<Problem>('GET', '/v1/ads/spring/matrix', { key: stranger });
  assert.equal(hidden.status, 404);
  assert.equal((await send(stranger, [{ ad: 'S1H1', impressions: 1, clicks: 0 }])).status, 404);
  const open = await put(key, { axes: { hook: { 1: 'question', 5: null } } });
  assert.match(open.body.detail, /matrix.axes.hook: value 5 is open/);
});

test('results are taken once, replaced by their source, and each bad row is refused with its reason', async () => {
  const { key } = await signUp(app);
  await put(key, matrix);
  const good = {
    ad: 'MUG-01-S1H2',
    date: '2026-11-01',
    impressions: 1_000,
    clicks: 20,
    conversions: 2,
    spend_micros: 9_990_000,
  };
  const first = await send(key, [
    good,
    { ...good, date: '2026-11-02', clicks: 30 },
    { ad: 'S2H3', impressions: 500, clicks: 4 },
    good,
    { ...good, ad: 'S9H1' },
    { ...good, ad: '=HYPERLINK("http://evil")' },
    { ...good, date: '2026-02-30' },
    { ...good, clicks: 1_001 },
    { ...good, conversions: 21 },
    { ...good, impressions: -1 },
    { ...good, impressions: 1.5 },
    { ...good, impressions: 1e300 },
    { ...good, spend_micros: '12' },
    { ...good, ad: 'S1H1', clicks: undefined },
    { ...good, __proto__: null, evil: 1 },
    { ad: 'S2H3', date: '2026-11-01', impressions: 5, clicks: 1 },
    { ...good, ad: `${'x'.repeat(300)}-S1H1` },
    { ...good, ad: 'S1H1\0' },
    null,
    [],
  ]);
  assert.equal(first.status, 200);
  assert.deepEqual([first.body.added, first.body.replaced, first.body.unchanged], [3, 0, 0]);
  assert.deepEqual(
    first.body.refused.map(({ index }) => index),
    Array.from({ length: 17 }, (_, index) => index + 3),
  );
  const reasons = first.body.refused.map(({ reason }) => reason);
  for (const [place, reason] of [
    [0, /Row 0 has told of this ad and 2026-11-01 already/],
    [1, /no matrix of the workflow has had one of its values/],
    [2, /holds no code of the matrix, such as S1H1/],
    [3, /date must be a day/],
    [4, /1001 clicks of 1000 impressions/],
    [5, /21 conversions of 20 clicks/],
    [8, /impressions must be a whole number/],
    [10, /clicks is missing/],
    [11, /no field "evil"/],
    [12, /in sum, and days would count twice/],
  ] as const)
    assert.match(reasons[place] ?? '', reason);

  const again = await send(key, [good, { ...good, date: '2026-11-02', clicks: 31 }]);
  assert.deepEqual([again.body.added, again.body.replaced, again.body.unchanged], [0, 1, 1]);
  const history = await app.store.query<{ clicks: number }>('select clicks from ad_result_history');
  assert.deepEqual(history, [{ clicks: 30 }]);
  await send(key, [{ ad: 'S1H2', impressions: 100, clicks: 1 }], { source: 'tiktok', currency: 'EUR' });

  const { body } = await report(key);
  assert.deepEqual(body.results, {
    sources: ['meta', 'tiktok'],
    first_day: '2026-11-01',
    last_day: '2026-11-02',
    impressions: 2_600,
    clicks: 56,
    conversions: 4,
    spend: [
      { currency: 'EUR', micros: 0 },
      { currency: 'USD', micros: 19_980_000 },
    ],
    left_out: 0,
  });
  const days = await report(key, 'from=2026-11-02&to=2026-11-02&metric=cvr');
  assert.deepEqual([days.body.results.clicks, days.body.variants[0]?.successes], [31, 2]);
  const gone = await app.json<{ deleted: number }>('DELETE', '/v1/ads/spring/results?source=meta', { key });
  assert.equal(gone.body.deleted, 3);
  assert.equal((await report(key)).body.results.impressions, 100);
});

test('a report says what is missing, then what works; a choice names what to show next', async () => {
  const { key } = await signUp(app);
  await put(key, matrix);
  const rows = (impressions: number) =>
    [1, 2].flatMap((scene) =>
      [1, 2, 3].map((hook) => ({
        ad: `S${scene}H${hook}`,
        impressions,
        clicks: Math.round(impressions * (hook === 2 ? 0.03 : 0.02) * (scene === 2 ? 1.02 : 1)),
      })),
    );
  await send(key, rows(500));
  const early = (await report(key)).body;
  const verdictsOf = ({ axes }: AdReport) =>
    axes.flatMap(({ levels }) => levels.map(({ verdict }) => verdict));
  assert.deepEqual(new Set(verdictsOf(early)), new Set(['not_enough_data']));
  assert.ok((early.axes[1]?.levels[1]?.missing_trials ?? 0) > 10_000);
  const choice = async (query = '') =>
    (await app.json<AdChoice>('GET', `/v1/ads/spring/choice?${query}`, { key })).body;
  assert.equal((await choice()).state, 'not_enough_data');

  await send(key, rows(40_000));
  const late = (await report(key)).body;
  assert.deepEqual(verdictsOf(late), ['no_difference', 'no_difference', 'worse', 'better', 'worse']);
  const second = late.axes[1]?.levels[1];
  assert.ok(second?.lift_interval !== null && second !== undefined);
  assert.ok(second.lift_interval.low > 0.35 && second.lift_interval.high < 0.65);
  const found = await choice('tolerance=0.2&size=3&seed=9');
  assert.deepEqual(
    found.axes.map(({ state }) => state),
    ['good_enough', 'decided'],
  );
  assert.equal(found.state, 'found');
  assert.deepEqual(found, await choice('tolerance=0.2&size=3&seed=9'), 'the same seed, the same choice');
  assert.equal(
    found.next.reduce((sum, { share }) => sum + share, 0),
    10_000,
  );
  assert.deepEqual(found.next_matrix.axes['hook'], { 2: 'promise', 4: null, 5: null });
  const ofEach = await choice('model=variants');
  assert.equal(ofEach.axes[1]?.leader, 2);
});

test('codes of before an axis was added are told of, and not counted', async () => {
  const { key } = await signUp(app);
  await put(key, { axes: { hook: ['question', 'promise'] } });
  await send(key, [{ ad: 'H1', impressions: 70, clicks: 7 }]);
  await put(key, { axes: { hook: ['question', 'promise'], cta: ['buy', 'see'] } });
  await send(key, [{ ad: 'H1C2', impressions: 30, clicks: 3 }]);
  const { body } = await report(key);
  assert.deepEqual([body.results.impressions, body.results.left_out], [100, 70]);
  assert.deepEqual(app.unexpected, []);
});
