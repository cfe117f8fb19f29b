import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestApp, operatorKey, signUp } from '../../test/app.ts';
import { setClock } from '../../test/clock.ts';
import type { Account } from '../contract/account.ts';
import type { AlertPage } from '../contract/alert.ts';
import type { Forecast } from '../contract/forecast.ts';
import type { Problem } from '../contract/problem.ts';
import { alertTypes } from '../domain/describe-alert.ts';
import { eventTypes } from '../domain/event.ts';
import { priceBooks } from '../domain/price-book.ts';

const app = await createTestApp({ priceBook: priceBooks.published });

const video = { prompt: 'a calm morning', duration: 5, aspect_ratio: '16:9' };
const submit = (key: string) =>
  app.json('POST', '/v1/bytedance/seedance-2.0/text-to-video', { key, body: video });
const patch = (key: string, body: object) =>
  app.json<Account & Problem>('PATCH', '/v1/account', { key, body });

test('an owner says where alerts go, and finds them with their deliveries', async () => {
  const { key } = await signUp(app, 1_000);
  const settings = {
    alert_email: 'ops@halden.example',
    alert_webhook_url: 'https://hooks.halden.example/kinora',
    balance_alert_credits: 800,
  };
  const { body: account } = await patch(key, settings);
  assert.deepEqual({ ...account, ...settings }, account);
  assert.equal((await submit(key)).status, 202);
  const { body: page } = await app.json<AlertPage>('GET', '/v1/alerts', { key });
  assert.deepEqual(
    page.data.map(({ type, summary }) => [type, summary]),
    [['balance.low', 'Your balance is low: 747 credits are left']],
  );
  assert.deepEqual(
    page.data[0]?.deliveries.map(({ channel, target, state }) => [channel, target, state]),
    [
      ['email', settings.alert_email, 'pending'],
      ['webhook', settings.alert_webhook_url, 'pending'],
    ],
  );
  const { body: cleared } = await patch(key, { alert_email: null });
  assert.deepEqual([cleared.alert_email, cleared.balance_alert_credits], [null, 800]);
  const stranger = await signUp(app);
  const theirs = await app.json<AlertPage>('GET', '/v1/alerts', { key: stranger.key });
  assert.deepEqual(theirs.body.data, []);
});

test('whatever goes to alert addresses is an alert that can be described, and the other way round', async () => {
  const { key, accountId } = await signUp(app);
  await patch(key, { alert_email: 'ops@halden.example' });
  await app.store.query('insert into events (account_id, type) select $1, unnest($2::text[])', [
    accountId,
    eventTypes,
  ]);
  const mailed = await app.store.query<{ type: string }>(
    `select distinct e.type from events e join deliveries d on d.event_id = e.id
    where e.account_id = $1 and d.channel = 'email'`,
    [accountId],
  );
  assert.deepEqual(mailed.map(({ type }) => type).toSorted(), alertTypes.toSorted());
});

test('settings at fault are refused with the place of the fault', async () => {
  const { key, accountId } = await signUp(app);
  for (const [body, pointer] of [
    [{ alert_email: 'nobody' }, '/alert_email'],
    [{ alert_email: 'a@b.example\r\nBcc: c@d.example' }, '/alert_email'],
    [{ alert_webhook_url: 'ftp://a.example' }, '/alert_webhook_url'],
    [{ alert_webhook_url: 'https://me:secret@a.example' }, '/alert_webhook_url'],
    [{ alert_webhook_url: 'http://a.example' }, '/alert_webhook_url'],
    [{ alert_webhook_url: 'https://169.254.169.254/' }, '/alert_webhook_url'],
    [{ balance_alert_credits: -1 }, '/balance_alert_credits'],
    [{ time_zone: '+05:30' }, '/time_zone'],
    [{ time_zone: 'Moon/Tranquility' }, '/time_zone'],
    [{ concurrency_limit: 99 }, '/concurrency_limit'],
  ] as const) {
    const { status, body: problem } = await patch(key, body);
    assert.deepEqual([status, problem.errors[0]?.pointer], [422, pointer], JSON.stringify(body));
    assert.doesNotMatch(problem.detail, /secret/);
  }
  const { body: testKey } = await app.json<{ key: string }>('POST', '/v1/keys', {
    key,
    body: { mode: 'test' },
  });
  assert.equal((await patch(testKey.key, { alert_email: null })).status, 403);
  const changed = await app.json<Account>('PATCH', `/v1/accounts/${accountId}`, {
    key: operatorKey,
    body: { time_zone: 'Asia/Kolkata', concurrency_limit: 3 },
  });
  assert.deepEqual([changed.body.time_zone, changed.body.concurrency_limit], ['Asia/Kolkata', 3]);
  const trail = await app.store.query<{ actor: string; details: object }>(
    `select actor, details from audit_entries where account_id = $1 and action = 'account.changed'`,
    [accountId],
  );
  assert.deepEqual(trail, [
    { actor: 'operator', details: { time_zone: 'Asia/Kolkata', concurrency_limit: 3 } },
  ]);
});

test('every time zone that Node knows, PostgreSQL knows as well', async () => {
  const missing = await app.store.query<{ name: string }>(
    'select name from unnest($1::text[]) name where not exists (select from pg_timezone_names z where z.name = $2 || name)',
    [Intl.supportedValuesOf('timeZone'), ''],
  );
  assert.deepEqual(missing, []);
});

test('a forecast says when credits run out at this pace, and which budget stops first', async () => {
  await setClock(app.store, '2031-05-01T12:00:00Z');
  const { key } = await signUp(app, 2_950);
  const ask = async () => (await app.json<Forecast>('GET', '/v1/credits/forecast', { key })).body;
  const before = await ask();
  assert.deepEqual([before.last_7_days.runs_out, before.last_7_days.reason], [null, 'no_pace']);
  assert.match(before.summary, /no pace/);
  for (let count = 0; count < 4; count += 1) assert.equal((await submit(key)).status, 202);
  await app.json('POST', '/v1/budgets', {
    key,
    body: { name: 'Month', scope: 'account', period: 'monthly', limit_credits: 1_818 },
  });
  await app.json('POST', '/v1/budgets', {
    key,
    body: { name: 'Day', scope: 'account', period: 'daily', limit_credits: 50_000 },
  });
  await setClock(app.store, '2031-05-03T12:00:00Z');
  // 1,212 of 3,000 in two days: 606 a day, so 1,788 last for 2.95 days.
  const forecast = await ask();
  assert.equal(forecast.available, 1_788);
  assert.deepEqual(forecast.last_7_days.runs_out, {
    days: 3,
    at: '2031-05-06T10:48:42.772Z',
    date: '2031-05-06',
  });
  assert.equal(forecast.summary, 'Runs out in 3 days at this pace, on 6 May 2031.');
  assert.equal(forecast.last_24_hours.reason, 'no_pace');
  assert.deepEqual(
    forecast.budgets.map(({ name, left, stops }) => [name, left, stops.days, stops.date]),
    [['Month', 606, 1, '2031-05-04']],
  );
  await setClock(app.store, undefined);
});

test('nothing unexpected happened', () => assert.deepEqual(app.unexpected, []));
