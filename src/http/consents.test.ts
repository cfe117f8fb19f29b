import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { createTestApp, signUp, type TestApp } from '../../test/app.ts';
import { setClock } from '../../test/clock.ts';
import { consentForm, openPage, recordConsent } from '../../test/people.ts';
import { until } from '../../test/until.ts';
import type { Consent, ConsentPage } from '../contract/consent.ts';
import type { File } from '../contract/file.ts';
import type { Generation } from '../contract/generation.ts';
import type { Problem } from '../contract/problem.ts';
import type { EventFeed } from '../contract/webhook.ts';
import { priceBooks } from '../domain/price-book.ts';

const mug = new Uint8Array(await readFile(new URL('../../test/fixtures/mug.jpg', import.meta.url)));
const app = await createTestApp({ priceBook: priceBooks.published });
const { key, accountId } = await signUp(app, 100_000);
const other = await signUp(app, 1_000);
const testKey = (
  await app.json<{ key: string }>('POST', '/v1/keys', { key, body: { mode: 'test', name: 'staging' } })
).body.key;

const upload = async (owner = key) =>
  (
    (await (
      await app.call('/v1/files', {
        method: 'POST',
        key: owner,
        body: mug,
        headers: { 'content-type': 'image/jpeg' },
      })
    ).json()) as File
  ).id;

const submit = <T = Generation>(reference: object, changes: object = {}, by = key) =>
  app.json<T>('POST', '/v1/bytedance/seedance-2.0/reference-to-video', {
    key: by,
    body: {
      prompt: 'a birthday card',
      duration: 5,
      aspect_ratio: '16:9',
      reference_images: [reference],
      ...changes,
    },
  });

/** What a refusal must leave as it was. */
const traces = async () => {
  const [row] = await app.store.query(
    `select (select count(*) from generations) as generations, (select count(*) from files) as files,
      (select sum(held) from balances) as held`,
  );
  return row;
};

/** What the feed tells of consents given; it ends before the oldest transaction that is still open, whoever's. */
const given = (isMeant: (data: Record<string, unknown>) => boolean) =>
  until('the consent in the feed', async () => {
    const path = '/v1/events?types=consent.given&limit=200';
    const { data } = (await app.json<EventFeed>('GET', path, { key })).body;
    const meant = data.filter((event) => isMeant(event.data));
    return meant.length === 0 ? undefined : meant;
  });

test('a person is filmed with a consent that covers it, and refused by name before anything is fetched or held', async () => {
  const file = await upload();
  const good = await recordConsent(app, key);
  const narrow = await recordConsent(app, key, {
    scope: { purposes: ['card'], engines: ['fal'], workflows: ['cards'] },
  });
  const inCards = await recordConsent(app, key, { scope: { purposes: ['card'], workflows: ['cards'] } });
  const short = await recordConsent(app, key, { expires_at: new Date(Date.now() + 60_000).toISOString() });
  const foreign = await recordConsent(app, other.key);
  const gone = await recordConsent(app, key);
  await app.json('POST', `/v1/consents/${gone.id}/revoke`, { key, body: {} });
  const person = { file_id: file, role: 'person' };
  const before = await traces();
  const refusedFor: [object, object, string, RegExp][] = [
    // Nobody asks this address: it does not exist, and would be another error.
    [{ url: 'https://photos.invalid/me.jpg', role: 'person' }, {}, 'consent_required', /names no consent/],
    [person, {}, 'consent_required', /reference_images\/0/],
    [{ ...person, consent_id: foreign.id }, {}, 'consent_invalid', /no consent/],
    [{ ...person, consent_id: gone.id }, {}, 'consent_invalid', /was revoked/],
    [{ ...person, consent_id: narrow.id }, {}, 'consent_invalid', /engines fal, not for local/],
    [
      { ...person, consent_id: inCards.id },
      { workflow: 'ads' },
      'consent_invalid',
      /workflows cards, not for ads/,
    ],
  ];
  for (const [reference, changes, code, message] of refusedFor) {
    const { status, body } = await submit<Problem>(reference, changes);
    assert.deepEqual([status, body.code, body.charged], [422, code, false], body.detail);
    assert.match(body.detail, message);
    assert.equal(body.errors[0]?.pointer, '/reference_images/0');
    assert.match(body.hint ?? '', /consent/);
  }
  await setClock(app.store, new Date(Date.now() + 120_000).toISOString());
  assert.match((await submit<Problem>({ ...person, consent_id: short.id })).body.detail, /has run out/);
  await setClock(app.store, undefined);
  assert.deepEqual(await traces(), before);
  const accepted = await submit({ ...person, consent_id: inCards.id }, { workflow: 'cards' });
  assert.equal(accepted.status, 202, JSON.stringify(accepted.body));
  // From then on the file stands for that person, whatever it is said to show.
  assert.equal((await submit({ file_id: file, role: 'scene' }, { workflow: 'ads' })).status, 422);
  assert.equal((await submit({ ...person, consent_id: good.id })).status, 202);
  const stranger = await recordConsent(app, key, { person: 'user-2' });
  assert.match(
    (await submit<Problem>({ ...person, consent_id: stranger.id })).body.detail,
    /another person's consent/,
  );
});

test('a test key may use a stand-in, and is told so', async () => {
  const { status, body } = await submit(
    { file_id: await upload(), role: 'person' },
    { engine: 'local' },
    testKey,
  );
  assert.equal(status, 202);
  assert.ok(body.plan.adjustments.some(({ code }) => code === 'person_stand_in'));
});

test('consents are written once, listed, and told of', async () => {
  const refuse = async (changes: object, field: string) => {
    const answer = await app.json<Problem>('POST', '/v1/consents', {
      key,
      body: {
        person: 'p',
        text_version: '1',
        text: 't',
        scope: { purposes: ['x'] },
        channel: 'app',
        given_at: '2026-01-01T00:00:00Z',
        ...changes,
      },
    });
    assert.equal(answer.status, 422, JSON.stringify(answer.body));
    assert.match(answer.body.detail, new RegExp(field));
  };
  await refuse({ minor: true }, 'under 18');
  await refuse({ channel: 'page' }, 'consent-links');
  await refuse({ given_at: '2999-01-01T00:00:00Z' }, 'future');
  await refuse({ expires_at: '2026-02-01T00:00:00Z' }, 'expires_at');
  await refuse({ evidence_file_id: `file_${'0'.repeat(24)}` }, 'There is no file');
  await refuse({ text_sha256: 'ab'.repeat(32) }, 'one of the two');
  const one = await recordConsent(app, key, { person: 'lister' });
  const two = await recordConsent(app, key, { person: 'lister', text_version: '2' });
  const page = await app.json<ConsentPage>('GET', '/v1/consents?person=lister&limit=1', { key });
  assert.deepEqual(
    page.body.data.map(({ id }) => id),
    [two.id],
  );
  const next = await app.json<ConsentPage>(
    'GET',
    `/v1/consents?person=lister&limit=1&cursor=${page.body.next_cursor}`,
    { key },
  );
  assert.deepEqual([next.body.data[0]?.id, next.body.next_cursor], [one.id, null]);
  assert.equal((await app.json('GET', `/v1/consents/${one.id}`, { key: other.key })).status, 404);
  assert.equal((await app.json('GET', `/v1/consents/${one.id}`, { key: testKey })).status, 404);
  assert.equal(
    (await app.json('POST', `/v1/consents/${one.id}/revoke`, { key: other.key, body: {} })).status,
    404,
  );
  assert.equal((await app.json('GET', `/v1/consents/${one.id}/certificate`, { key })).status, 409);
  assert.equal((await given((data) => data['consent_id'] === one.id)).length, 1);
  await assert.rejects(app.store.query(`update consents set person = 'x'`), /append-only/);
  await assert.rejects(app.store.query('delete from consent_revocations'), /append-only/);
});

test('a person agrees on the page: once, with photos that open, and everything ticked', async () => {
  const text = 'I agree <script>alert(1)</script> & so on.\n\nSecond paragraph.';
  const { link, path } = await openPage(app, key, {
    text,
    max_photos: 3,
    return_url: 'https://cards.example/?a=1&b=2',
  });
  const page = await app.call(path);
  const html = await page.text();
  assert.equal(page.status, 200);
  assert.match(html, /I agree &lt;script&gt;alert\(1\)&lt;\/script&gt; &amp; so on\.<\/p><p>Second/);
  assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'; script-src 'self'/);
  assert.equal(page.headers.get('referrer-policy'), 'no-referrer');
  assert.match(page.headers.get('x-robots-tag') ?? '', /noindex/);
  assert.equal(page.headers.get('set-cookie'), null);
  const send = (form: FormData) => app.call(path, { method: 'POST', body: form });
  const hostile = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>');
  const faulty: [FormData, RegExp][] = [
    [consentForm([]), /Choose 1 to 3 photos/],
    [consentForm([mug, mug, mug, mug]), /Choose at most 3/],
    [consentForm([mug, mug, mug, mug, mug, mug]), /Choose at most 3/],
    [consentForm([mug], ['adult']), /Tick that you agree/],
    [consentForm([mug], ['agree']), /18 or older/],
    [consentForm([hostile]), /cannot be opened/],
  ];
  const before = await traces();
  for (const [form, message] of faulty) {
    const answer = await send(form);
    assert.equal(answer.status, 422);
    assert.match(await answer.text(), message);
  }
  const broken = await app.call(path, {
    method: 'POST',
    body: 'x',
    headers: { 'content-type': 'multipart/form-data' },
  });
  assert.deepEqual([broken.status, /did not arrive/.test(await broken.text())], [422, true]);
  assert.deepEqual(await traces(), before, 'nothing is kept of a form that is not taken');

  // The button is pressed twice.
  const sent = await Promise.all([send(consentForm([mug])), send(consentForm([mug]))]);
  assert.deepEqual(
    sent.map(({ status }) => status),
    [303, 303],
  );
  assert.equal(
    (await send(consentForm([mug]))).status,
    303,
    'nor does it matter how late it is pressed again',
  );
  const done = await (await app.call(path)).text();
  assert.match(done, /Thank you/);
  assert.match(done, /href="https:\/\/cards\.example\/\?a=1&amp;b=2"/);
  const { body: used } = await app.json<{ consent_id: string; files: string[] }>(
    'GET',
    `/v1/consent-links/${link.id}`,
    { key },
  );
  assert.equal(used.files.length, 1);
  const { body: consent } = await app.json<Consent>('GET', `/v1/consents/${used.consent_id}`, { key });
  assert.deepEqual(
    [consent.channel, consent.state, consent.recorded_by, consent.files],
    ['page', 'valid', link.id, used.files],
  );
  const told = await given((data) => data['recorded_by'] === link.id);
  assert.deepEqual(
    told.map(({ data }) => [data['consent_id'], data['files']]),
    [[consent.id, used.files]],
  );
  assert.equal(
    (await submit({ file_id: used.files[0], role: 'person' })).status,
    202,
    'the photo carries its consent',
  );

  assert.equal((await app.call(`/consent/${'A'.repeat(43)}`)).status, 404);
  assert.equal((await app.call('/consent/short')).status, 404);
  // Not by the page of another link, and not after its end.
  const late = await openPage(app, key, { expires_in: 60 });
  await app.store.query(`update consent_links set expires_at = now() where id = $1`, [late.link.id]);
  assert.equal((await app.call(late.path, { method: 'POST', body: consentForm([mug]) })).status, 410);
  const worn = await openPage(app, key);
  await app.store.query('update consent_links set tries = 20 where id = $1', [worn.link.id]);
  assert.equal((await app.call(worn.path, { method: 'POST', body: consentForm([mug]) })).status, 410);
  assert.deepEqual(app.unexpected, []);
  assert.ok(accountId);
});

test('the person takes it back on the same page', async () => {
  const { link, path } = await openPage(app, key, { language: 'de' });
  assert.match(await (await app.call(path)).text(), /<html lang="de">/);
  await app.call(path, { method: 'POST', body: consentForm([mug]) });
  const read = async () =>
    (await app.json<{ consent_id: string; files: string[] }>('GET', `/v1/consent-links/${link.id}`, { key }))
      .body;
  const { consent_id: id, files } = await read();
  const done = await (await app.call(path)).text();
  const [, action = ''] = /action="([^"]+)"/.exec(done) ?? [];
  assert.equal((await app.call(action, { method: 'POST' })).status, 303);
  assert.match(await (await app.call(path)).text(), /Zurückgenommen/);
  const { body } = await app.json<Consent>('GET', `/v1/consents/${id}`, { key });
  assert.deepEqual([body.state, body.revocation?.by, body.files], ['revoked', link.id, []]);
  await gone(app, `/v1/files/${files[0]}`);
});

async function gone(from: TestApp, path: string): Promise<void> {
  const { status, body } = await from.json<Problem>('GET', path, { key });
  assert.deepEqual([status, body.code], [410, 'gone']);
}
