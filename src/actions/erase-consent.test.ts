import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { createTestApp, signUp } from '../../test/app.ts';
import { testKeys } from '../../test/certificates.ts';
import { claimGeneration, samplePlan, submitSample } from '../../test/generations.ts';
import { consentForm, deliverFiles, openPage, recordConsent } from '../../test/people.ts';
import { until } from '../../test/until.ts';
import { verifyCertificate } from '../client/verify-certificate.ts';
import type { Consent, DeletionCertificate } from '../contract/consent.ts';
import type { Generation } from '../contract/generation.ts';
import type { Problem } from '../contract/problem.ts';
import type { EventFeed } from '../contract/webhook.ts';
import { priceBooks } from '../domain/price-book.ts';
import type { Reference } from '../domain/request.ts';
import { createLinks, referenceName } from '../http/links.ts';
import { readKeptRequest } from '../http/read-request.ts';
import { feedBatch } from '../pipeline/feed-batches.ts';
import { reclaimLost } from '../pipeline/reclaim.ts';
import { isConsentRevoked } from '../store/consent-gates.ts';
import { revokeConsent } from '../store/consents.ts';
import type { Store } from '../store/db.ts';
import { failGeneration } from '../store/end-generation.ts';
import { takeDueBatch } from '../store/feed-batch.ts';
import { insertOutput } from '../store/files.ts';
import { findImbalances, readBalances } from '../store/ledger.ts';
import { eraseConsent } from './erase-consent.ts';

const fixtures = new URL('../../test/fixtures/', import.meta.url);
const mug = new Uint8Array(await readFile(new URL('mug.jpg', fixtures)));
const app = await createTestApp({ priceBook: priceBooks.published });
const contentLinks = createLinks({
  baseUrl: () => 'http://localhost',
  secret: 'secret',
  now: () => app.clock.now,
});
const video = '/v1/bytedance/seedance-2.0/reference-to-video';

/** A picture of its own: what follows the end of a JPEG is nobody's business. */
let pictures = 0;
const picture = () => {
  pictures += 1;
  return new Uint8Array([...mug, ...new TextEncoder().encode(`${pictures}`)]);
};

/** An account whose person has agreed on the page, with two photos. */
async function agreed() {
  const { key, accountId } = await signUp(app, 100_000);
  const { link, path } = await openPage(app, key);
  await app.call(path, { method: 'POST', body: consentForm([picture(), picture()]) });
  const { body } = await app.json<{ consent_id: string; files: string[] }>(
    'GET',
    `/v1/consent-links/${link.id}`,
    { key },
  );
  const { consent_id: consentId, files } = body;
  const get = <T>(path_: string) => app.json<T>('GET', path_, { key });
  const submit = async (photo = files[0] ?? '') => {
    const { status, body: made } = await app.json<Generation>('POST', video, {
      key,
      body: {
        prompt: 'a card',
        duration: 5,
        aspect_ratio: '16:9',
        reference_images: [{ file_id: photo, role: 'person' }],
      },
    });
    assert.equal(status, 202, JSON.stringify(made));
    return made;
  };
  const revoke = () =>
    app.json<Consent>('POST', `/v1/consents/${consentId}/revoke`, {
      key,
      body: { reason: 'asked for by mail' },
    });
  return { key, accountId, consentId, files, get, submit, revoke };
}

async function claim() {
  const claimed = await claimGeneration(app.store, { engine: 'local', leaseSeconds: 60 });
  assert.ok(claimed !== undefined);
  return claimed;
}

const bytesOnDisk = async () => {
  const [row] = await app.store.query<{ hashes: string[] }>('select array_agg(sha256) as hashes from blobs');
  return row?.hashes ?? [];
};

test('a revoked consent stops what waits and runs, takes away photos, videos and links, and proves it', async () => {
  const { key, accountId, consentId, files, get, submit, revoke } = await agreed();
  const made = await submit();
  const { completed, outputFileId } = await deliverFiles(app, await claim());
  assert.ok(completed);
  const { body: finished } = await get<Generation>(`/v1/generations/${made.id}`);
  const links = [finished.output?.url, finished.output?.poster_url].map(
    (url) => new URL(url ?? '').pathname + new URL(url ?? '').search,
  );
  const { body: photo } = await get<{ url: string }>(`/v1/files/${files[0]}`);
  links.push(photo.url.replace('http://localhost', ''));
  for (const path of links) assert.equal((await app.call(path)).status, 200);
  const running = await submit();
  const claimed = await claim();
  // What its engine would fetch, and has not ended by then.
  const name = referenceName(running.id, { kind: 'image', position: 1 });
  const fetched = contentLinks.contentUrl({ id: name, contentType: 'image/jpeg' });
  links.push(fetched.replace('http://localhost', ''));
  assert.equal((await app.call(links.at(-1) ?? '')).status, 200);
  const waiting = await submit(files[1]);
  const sha256s = await bytesOnDisk();
  const batch = await app.json<{ id: string }>('POST', '/v1/batches', { key, body: { name: 'cards' } });
  await app.json('POST', `/v1/batches/${batch.body.id}/rows`, {
    key,
    body: { rows: [{ prompt: 'a card', duration: 5, aspect_ratio: '16:9', reference_images: [files[0]] }] },
  });

  const { status, body: revoked } = await revoke();
  assert.deepEqual(
    [status, revoked.state, revoked.revocation?.erased_at],
    [200, 'revoked', null],
    'one is still running',
  );
  const { body: stopped } = await get<Generation>(`/v1/generations/${waiting.id}`);
  assert.deepEqual(
    [stopped.status, stopped.outcome, stopped.error?.code, stopped.credits],
    ['failed', 'canceled', 'consent_ended', { held: 0, charged: 0 }],
  );
  for (const path of [...links, `/v1/files/${files[0]}`, `/v1/files/${outputFileId}/content`]) {
    const { status: code, body } = await app.json<Problem>(
      'GET',
      path,
      path.includes('signature') ? {} : { key },
    );
    assert.deepEqual([path, code, body.code], [path, 410, 'gone']);
  }
  const stranger = await signUp(app);
  assert.equal((await app.call(`/v1/files/${files[0]}`, { key: stranger.key })).status, 404);
  assert.equal((await get<Generation>(`/v1/generations/${made.id}`)).body.output, null);
  const rows = await get<{ data: { state: string; reason: { code: string } }[] }>(
    `/v1/batches/${batch.body.id}/rows`,
  );
  assert.deepEqual(
    rows.body.data.map(({ state, reason }) => [state, reason.code]),
    [['refused', 'consent_invalid']],
  );
  assert.equal((await get<Problem>(`/v1/consents/${consentId}/certificate`)).status, 409);

  // The engine was just about to deliver.
  const late = await deliverFiles(app, claimed);
  assert.equal(late.completed, false);
  const { body: ended } = await get<Generation>(`/v1/generations/${running.id}`);
  assert.deepEqual([ended.status, ended.error?.code, ended.output], ['failed', 'consent_ended', null]);
  assert.equal(await eraseConsent(app.deps, consentId), 'finished');
  const { body: certificate } = await get<DeletionCertificate>(`/v1/consents/${consentId}/certificate`);
  const verdict = await verifyCertificate(certificate, { keys: testKeys });
  assert.ok(verdict.genuine && verdict.signer === 'trusted');
  const { deleted, stopped: listed, not_deleted } = verdict.certificate;
  assert.deepEqual([...listed.generations].sort(), [running.id, waiting.id].sort());
  assert.equal(listed.batch_rows, 1);
  const names = deleted.map(({ name }) => name);
  for (const id of [...files, outputFileId]) assert.ok(names.includes(id), `${id} is on the certificate`);
  assert.ok(deleted.every(({ bytes_gone_at }) => bytes_gone_at !== null));
  assert.deepEqual(
    not_deleted.map(({ reason }) => reason),
    ['records'],
  );
  const left = await bytesOnDisk();
  for (const { sha256, what } of deleted) {
    assert.ok(sha256s.includes(sha256) && !left.includes(sha256), `${what} is gone`);
    await assert.rejects(app.deps.files.localPath(sha256), /gone/);
  }
  const changed = structuredClone(certificate);
  changed.certificate.deleted.pop();
  assert.equal((await verifyCertificate(changed, { keys: testKeys })).genuine, false);
  assert.equal((await verifyCertificate(certificate, { keys: { keys: [] } })).genuine, false);
  assert.equal((await verifyCertificate({ object: 'deletion_certificate' })).genuine, false);

  assert.deepEqual((await readBalances(app.store, accountId)).live.held, 0);
  assert.deepEqual(await findImbalances(app.store), []);
  // The feed ends before the oldest transaction that is still open, whoever's.
  const told = await until('both events', async () => {
    const { data } = (await get<EventFeed>('/v1/events?types=consent.revoked,consent.erased')).body;
    return data.length < 2 ? undefined : data;
  });
  assert.deepEqual(
    told.map(({ type }) => type),
    ['consent.revoked', 'consent.erased'],
  );
  assert.equal((await revoke()).status, 200, 'doing it again does nothing more');
  // The same photo comes back, as anything but a person.
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array([...mug, ...new TextEncoder().encode('1')])]), 'again.jpg');
  const again = (await (await app.call('/v1/files', { method: 'POST', key, body: form })).json()) as {
    id: string;
  };
  const refused = await app.json<Problem>('POST', video, {
    key,
    body: {
      prompt: 'x',
      duration: 5,
      aspect_ratio: '16:9',
      reference_images: [{ file_id: again.id, role: 'scene' }],
    },
  });
  assert.deepEqual([refused.status, refused.body.code], [422, 'consent_required']);
  assert.deepEqual(app.unexpected, []);
});

test('what was made from a video of the person goes with it, and so on; what others made stays', async () => {
  const { key, accountId, consentId, submit, revoke, get } = await agreed();
  const clip = { prompt: 'go on', duration: 5, aspect_ratio: '16:9' };
  const from = async (fileId: string) => {
    const { status, body } = await app.json<Generation>('POST', video, {
      key,
      body: { ...clip, reference_videos: [fileId] },
    });
    assert.equal(status, 202, JSON.stringify(body));
    return body.id;
  };
  await submit();
  const first = await deliverFiles(app, await claim());
  const child = await from(first.outputFileId);
  const second = await deliverFiles(app, await claim());
  const grandchild = await from(second.outputFileId);
  const third = await deliverFiles(app, await claim());
  // The same bytes once more, as whoever downloads a video and uploads it has them.
  await app.store.query(
    `insert into files (id, account_id, sha256) select 'file_3v9k0c7m2q5x8z1b4n6p0cpy', $1, sha256 from files where id = $2`,
    [accountId, second.outputFileId],
  );
  const ofTheCopy = await from('file_3v9k0c7m2q5x8z1b4n6p0cpy');
  const running = await claim();
  const waiting = await from(third.outputFileId);
  // Of somebody else: a video, and one made from it.
  const stranger = await agreed();
  await stranger.submit();
  await app.store.query(`update generations set engine = 'elsewhere' where id = $1`, [waiting]);
  const others = await deliverFiles(app, await claim());
  // Of her account, and of nobody: made alike.
  await app.json('POST', '/v1/bytedance/seedance-2.0/text-to-video', { key, body: clip });
  const alike = await deliverFiles(app, await claim());
  await app.store.query(
    `update files set sha256 = (select sha256 from files where id = $2),
      generation_id = (select id from generations where output_file_id = $1) where id = $1`,
    [alike.outputFileId, first.outputFileId],
  );

  assert.equal((await revoke()).body.revocation?.erased_at, null, 'one is still running');
  for (const { outputFileId, posterFileId } of [first, second, third])
    for (const id of [outputFileId, posterFileId])
      assert.equal((await get<Problem>(`/v1/files/${id}`)).status, 410, id);
  assert.equal((await get<Problem>('/v1/files/file_3v9k0c7m2q5x8z1b4n6p0cpy')).status, 410);
  assert.equal((await deliverFiles(app, running)).completed, false);
  assert.equal(await eraseConsent(app.deps, consentId), 'finished');
  for (const id of [child, grandchild])
    assert.equal((await get<Generation>(`/v1/generations/${id}`)).body.output, null);
  for (const id of [ofTheCopy, waiting])
    assert.equal((await get<Generation>(`/v1/generations/${id}`)).body.error?.code, 'consent_ended');
  const { body } = await get<DeletionCertificate>(`/v1/consents/${consentId}/certificate`);
  const { deleted, stopped } = body.certificate;
  const videos = deleted.filter(({ what }) => what === 'video').map(({ name }) => name);
  assert.deepEqual(videos.sort(), [first, second, third].map(({ outputFileId }) => outputFileId).sort());
  assert.ok(deleted.some(({ generation_id: id, name }) => id === grandchild && name === third.outputFileId));
  assert.deepEqual([...stopped.generations].sort(), [ofTheCopy, waiting].sort());
  assert.equal((await stranger.get(`/v1/files/${others.outputFileId}`)).status, 200);
  // Of the very same bytes the video of nobody may be used, and what anybody has uploaded may not.
  assert.equal((await get(`/v1/files/${alike.outputFileId}`)).status, 200);
  await from(alike.outputFileId);
  assert.equal((await deliverFiles(app, await claim())).completed, true);
  await app.store.query(
    `insert into files (id, account_id, sha256) select 'file_3v9k0c7m2q5x8z1b4n6p0upl', $1, sha256 from files where id = $2`,
    [accountId, alike.outputFileId],
  );
  const upload = await app.json<Problem>('POST', video, {
    key,
    body: { ...clip, reference_videos: ['file_3v9k0c7m2q5x8z1b4n6p0upl'] },
  });
  assert.deepEqual([upload.status, upload.body.code], [422, 'consent_required']);
  assert.deepEqual(await findImbalances(app.store), []);
});

test('a video that was kept when its worker died is found, and none is kept afterwards', async () => {
  const { accountId, consentId, submit, revoke, get } = await agreed();
  const { id } = await submit();
  await claim();
  const bytes = picture();
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const facts = { kind: 'image', contentType: 'image/jpeg' } as const;
  const file = { accountId, sha256, sizeBytes: bytes.length, facts, name: undefined, generationId: id };
  const keep = () =>
    insertOutput(app.store, file, () =>
      app.deps.scratch.withFolder(async (folder) => {
        await writeFile(join(folder, 'made'), bytes);
        await app.deps.files.keep(sha256, join(folder, 'made'));
      }),
    );
  const kept = await keep();
  assert.ok(kept);
  await revoke();
  // The watchdog finds that nobody holds it any more.
  await app.store.query(
    `update generations set lease_expires_at = now() - interval '1 minute' where id = $1`,
    [id],
  );
  await reclaimLost(app.deps, { all: false });
  assert.equal(await eraseConsent(app.deps, consentId), 'finished');
  assert.equal((await get<Problem>(`/v1/files/${kept.id}`)).status, 410);
  await assert.rejects(app.deps.files.localPath(sha256), /gone/);
  assert.equal(await keep(), undefined);
  await assert.rejects(app.deps.files.localPath(sha256), /gone/);
});

test('links to bytes that nobody named a consent with end with the revocation, and the same submit is too late', async () => {
  const { key, accountId, files, revoke } = await agreed();
  const [photo] = await app.store.query<{ sha256: string; keyId: string }>(
    'select f.sha256, k.id as "keyId" from files f join keys k on k.account_id = f.account_id where f.id = $1',
    [files[0]],
  );
  const sha256 = photo?.sha256 ?? '';
  await app.store.query(
    `insert into files (id, account_id, sha256) values ('file_3v9k0c7m2q5x8z1b4n6p0unt', $1, $2)`,
    [accountId, sha256],
  );
  const submitUntagged = async () => {
    const facts = { kind: 'image', contentType: 'image/jpeg', width: 1280, height: 1280 } as const;
    const references = [
      { kind: 'image', position: 1, sha256, facts, fileId: 'file_3v9k0c7m2q5x8z1b4n6p0unt' } as Reference,
    ];
    const owner = { account: { id: accountId }, key: { id: photo?.keyId ?? '', mode: 'live' } };
    return submitSample(app.store, owner as Parameters<typeof submitSample>[1], {
      plan: { ...samplePlan, engine: 'local', references },
    });
  };
  const { id } = await submitUntagged();
  await claim();
  const name = referenceName(id, { kind: 'image', position: 1 });
  const link = contentLinks
    .contentUrl({ id: name, contentType: 'image/jpeg' })
    .replace('http://localhost', '');
  assert.equal((await app.call(link)).status, 200);
  await revoke();
  assert.equal((await app.call(link)).status, 410, 'its job still runs');
  // Looked at before the revocation, written down after it.
  await assert.rejects(submitUntagged(), /not accepted: refused/);
  const form = {
    prompt: 'x',
    duration: 5,
    aspect_ratio: '16:9',
    reference_images: ['file_3v9k0c7m2q5x8z1b4n6p0unt'],
  };
  assert.equal((await app.json('POST', video, { key, body: form })).status, 422);
  await app.store.query(`update generations set engine = 'elsewhere' where id = $1`, [id]);
});

test('what is there answers 410 before anything is stopped, and evidence that is gone is not said to be kept', async () => {
  const { key, accountId, files, get } = await agreed();
  const { body: proof } = await app.json<{ id: string }>('GET', `/v1/files/${files[1]}`, { key });
  const consent = await recordConsent(app, key, { evidence_file_id: proof.id });
  await app.store.query('update files set consent_id = null where id = any($1)', [files]);
  await app.json('POST', video, {
    key,
    body: {
      prompt: 'a card',
      duration: 5,
      aspect_ratio: '16:9',
      reference_images: [{ file_id: files[0], role: 'person', consent_id: consent.id }],
    },
  });
  await app.json('DELETE', `/v1/files/${proof.id}`, { key });
  const stopped: number[] = [];
  const store = {
    ...app.store,
    async query<Row>(sql: string, values?: readonly unknown[]) {
      if (sql.includes('stopped_generations = array'))
        stopped.push((await get<Problem>(`/v1/files/${files[0]}`)).status);
      return app.store.query<Row>(sql, values);
    },
  };
  const by = { actor: 'test', reason: undefined };
  await revokeConsent(app.store, { accountId, purse: 'live' }, consent.id, by);
  await eraseConsent({ ...app.deps, store }, consent.id);
  assert.deepEqual(stopped, [410]);
  const { body } = await get<DeletionCertificate>(`/v1/consents/${consent.id}/certificate`);
  assert.deepEqual(
    body.certificate.not_deleted.map(({ reason }) => reason),
    ['records'],
  );
});

test('a batch that was about to hold a row gives back what it had fetched for it', async () => {
  const { key, accountId, consentId } = await agreed();
  await app.store.query(`update batches set next_look_at = 'infinity'`);
  const { body: batch } = await app.json<{ id: string }>('POST', '/v1/batches', {
    key,
    body: { name: 'cards' },
  });
  const url = `data:image/jpeg;base64,${Buffer.from(picture()).toString('base64')}`;
  const photo = { url, role: 'person', consent_id: consentId };
  const row = { prompt: 'a card', duration: 5, aspect_ratio: '16:9', reference_images: [photo] };
  await app.json('POST', `/v1/batches/${batch.id}/rows`, { key, body: { rows: [row] } });
  const filesOf = async () =>
    (await app.store.query('select id from files where account_id = $1', [accountId])).length;
  const before = await filesOf();
  const due = await takeDueBatch(app.store, 60);
  assert.equal(due?.id, batch.id);
  assert.ok(due);
  const seen: number[] = [];
  const store: Store = {
    ...app.store,
    transaction: (work) =>
      app.store.transaction((db) =>
        work({
          async query(sql, values) {
            // The row is made ready, and its person takes the consent back.
            if (sql.includes('select number from batch_rows')) {
              seen.push(await filesOf());
              const by = { actor: 'test', reason: undefined };
              await revokeConsent(app.store, { accountId, purse: 'live' }, consentId, by);
            }
            return db.query(sql, values);
          },
        }),
      ),
  };
  const onUnexpected = (error: unknown) => app.unexpected.push(error);
  await feedBatch({ ...app.deps, store, readRow: readKeptRequest, onHeld: () => {}, onUnexpected }, due);
  assert.deepEqual(seen, [before + 1]);
  assert.equal(await filesOf(), before);
  const [kept] = await app.store.query<{ state: string }>(
    'select state from batch_rows where batch_id = $1',
    [batch.id],
  );
  assert.equal(kept?.state, 'refused');
  assert.equal(await eraseConsent(app.deps, consentId), 'finished');
});

test('what is stored for something else stays, and the certificate says so', async () => {
  const one = await agreed();
  const other = await signUp(app);
  const [row] = await app.store.query<{ sha256: string }>('select sha256 from files where id = $1', [
    one.files[0],
  ]);
  await app.store.query(`insert into files (id, account_id, sha256) values ('file_of_another', $1, $2)`, [
    other.accountId,
    row?.sha256,
  ]);
  await one.revoke();
  const { body } = await one.get<DeletionCertificate>(`/v1/consents/${one.consentId}/certificate`);
  assert.deepEqual(
    body.certificate.not_deleted.map(({ reason, about }) => [reason, about]),
    [
      ['same_bytes_elsewhere', row?.sha256],
      ['records', one.accountId],
    ],
  );
  assert.ok((await app.deps.files.localPath(row?.sha256 ?? '')).length > 0);
});

test('what was only tried with a test key takes nothing from the live ones', async () => {
  const { key, accountId } = await signUp(app, 100_000);
  const { body: tried } = await app.json<{ key: string }>('POST', '/v1/keys', {
    key,
    body: { mode: 'test' },
  });
  const upload = await app.call('/v1/files', {
    method: 'POST',
    key,
    headers: { 'content-type': 'image/jpeg' },
    body: picture(),
  });
  const { id } = (await upload.json()) as { id: string };
  const submit = (by: string, reference: object) =>
    app.json<Generation>('POST', video, {
      key: by,
      body: { prompt: 'a mug', duration: 5, aspect_ratio: '16:9', reference_images: [reference] },
    });
  const live = await submit(key, { file_id: id });
  assert.equal(live.status, 202);
  const consent = await recordConsent(app, tried.key);
  const test = await submit(tried.key, { file_id: id, role: 'person', consent_id: consent.id });
  assert.equal(test.status, 202, JSON.stringify(test.body));
  assert.equal((await submit(key, { file_id: id })).status, 202, 'a trial binds no live key');
  await app.json('POST', `/v1/consents/${consent.id}/revoke`, { key: tried.key, body: {} });
  await eraseConsent(app.deps, consent.id);
  const stands = await app.json<Generation>('GET', `/v1/generations/${live.body.id}`, { key });
  assert.equal(stands.body.status, 'pending');
  assert.equal((await app.json('GET', `/v1/files/${id}`, { key })).status, 200);
  assert.equal((await submit(key, { file_id: id })).status, 202);
  await app.store.query(`update generations set engine = 'elsewhere' where account_id = $1`, [accountId]);
});

test('bytes that one mode was told to forget are refused in that mode alone', async () => {
  const { key } = await signUp(app, 100_000);
  const { body: tried } = await app.json<{ key: string }>('POST', '/v1/keys', {
    key,
    body: { mode: 'test' },
  });
  const { link, path } = await openPage(app, tried.key);
  const photo = picture();
  await app.call(path, { method: 'POST', body: consentForm([photo]) });
  const { body: used } = await app.json<{ consent_id: string }>('GET', `/v1/consent-links/${link.id}`, {
    key: tried.key,
  });
  await app.json('POST', `/v1/consents/${used.consent_id}/revoke`, { key: tried.key, body: {} });
  const statusOf = async (by: string) => {
    const headers = { 'content-type': 'image/jpeg' };
    const upload = await app.call('/v1/files', { method: 'POST', key: by, headers, body: photo });
    const { id } = (await upload.json()) as { id: string };
    const body = { prompt: 'a mug', duration: 5, aspect_ratio: '16:9', reference_images: [{ file_id: id }] };
    return (await app.json('POST', video, { key: by, body })).status;
  };
  assert.deepEqual([await statusOf(tried.key), await statusOf(key)], [422, 202]);
  await app.store.query(`update generations set engine = 'elsewhere' where status = 'pending'`);
});

test('a quotation in a prompt keeps nobody from being forgotten', async () => {
  const one = await agreed();
  const { body: batch } = await app.json<{ id: string }>('POST', '/v1/batches', {
    key: one.key,
    body: { name: 'cards' },
  });
  await app.json('POST', `/v1/batches/${batch.id}/rows`, {
    key: one.key,
    body: {
      rows: [
        {
          prompt: 'He says "data: now" and "data:"',
          duration: 5,
          aspect_ratio: '16:9',
          reference_images: [{ file_id: one.files[0], role: 'person' }],
        },
      ],
    },
  });
  await one.revoke();
  const [row] = await app.store.query<{ state: string; prompt: string }>(
    `select state, request->>'prompt' as prompt from batch_rows where batch_id = $1`,
    [batch.id],
  );
  assert.deepEqual(row, { state: 'refused', prompt: 'He says "data: now" and "data:"' });
  assert.equal((await one.get<Problem>(`/v1/files/${one.files[0]}`)).status, 410);
});

test('killed again and again, it goes on where it was', async () => {
  const { key, consentId, files, submit, get } = await agreed();
  await submit();
  await deliverFiles(app, await claim());
  const waiting = await submit(files[1]);
  const [photo] = await app.store.query<{ sha256: string }>('select sha256 from files where id = $1', [
    files[0],
  ]);
  const root = dirname(dirname(await app.deps.files.localPath(photo?.sha256 ?? '')));
  const [at] = await app.store.query<{ name: string }>('select current_database() as name');
  const databaseUrl = (process.env['KINORA_TEST_SERVER'] ?? '').replace(/\/[^/]*$/, `/${at?.name}`);
  // Revoked by a process that dies at once: only the revocation is written.
  await app.store.query(`insert into consent_revocations (consent_id, revoked_by) values ($1, 'test')`, [
    consentId,
  ]);
  await app.store.query('insert into consent_erasures (consent_id) values ($1)', [consentId]);
  for (const step of ['late_output_file_id = null', 'second file', 'certificate_id =']) {
    const program = new URL('erase-and-die.ts', fixtures).pathname;
    const child = spawn(process.execPath, [program, databaseUrl, root, consentId, step], {
      stdio: 'inherit',
    });
    const [, signal] = await once(child, 'exit');
    assert.equal(signal, 'SIGKILL', step);
    assert.equal((await get<Problem>(`/v1/consents/${consentId}/certificate`)).status, 409, step);
  }
  assert.equal(await eraseConsent(app.deps, consentId), 'finished');
  const { body: certificate } = await get<DeletionCertificate>(`/v1/consents/${consentId}/certificate`);
  const { deleted, stopped } = certificate.certificate;
  assert.deepEqual(stopped.generations, [waiting.id]);
  assert.deepEqual(deleted.map(({ what }) => what).sort(), [
    'link',
    'link',
    'photo',
    'photo',
    'poster',
    'video',
  ]);
  assert.ok(deleted.every(({ bytes_gone_at }) => bytes_gone_at !== null));
  for (const { sha256 } of deleted) await assert.rejects(app.deps.files.localPath(sha256), /gone/);
  assert.ok((await verifyCertificate(certificate, { keys: testKeys })).genuine);
  assert.equal(await eraseConsent(app.deps, consentId), 'finished');
  const told = await until('the event', async () => {
    const { data } = (await app.json<EventFeed>('GET', '/v1/events?types=consent.erased', { key })).body;
    return data.length === 0 ? undefined : data;
  });
  assert.equal(told.length, 1);
});

test('whoever submits, begins and delivers while it is revoked: nothing of the person is left, and no credit is held', async () => {
  const { key, accountId, consentId, files, submit, revoke, get } = await agreed();
  const work = async (turn: number) => {
    if (turn === 6) return void (await revoke());
    const photo = { file_id: files[turn % 2], role: 'person' };
    const body = { prompt: `card ${turn}`, duration: 5, aspect_ratio: '16:9', reference_images: [photo] };
    await app.json('POST', video, { key, body });
    const claimed = await claimGeneration(app.store, { engine: 'local', leaseSeconds: 60 });
    if (claimed === undefined) return;
    if (turn % 3 === 0)
      await failGeneration(app.store, claimed, { code: 'engine_failed', message: 'It fell over.' });
    else await deliverFiles(app, claimed);
  };
  await submit();
  await Promise.all(Array.from({ length: 16 }, (_, turn) => work(turn)));
  // Whatever was left in the hands of a worker.
  for (let n = 0; n < 20; n += 1) {
    const claimed = await claimGeneration(app.store, { engine: 'local', leaseSeconds: 60 });
    if (claimed === undefined) break;
    assert.equal((await deliverFiles(app, claimed)).completed, false, 'a queue goes on after a revocation');
  }
  assert.equal(await eraseConsent(app.deps, consentId), 'finished');
  const open = await app.store.query(
    `select id, status from generations where account_id = $1 and status in ('pending', 'processing')`,
    [accountId],
  );
  assert.deepEqual(open, []);
  const left = await app.store.query(
    `select f.id from files f where f.account_id = $1 and f.id in
      (select output_file_id from generations where account_id = $1 and status = 'complete')`,
    [accountId],
  );
  assert.deepEqual(left, []);
  assert.equal((await readBalances(app.store, accountId)).live.held, 0);
  assert.deepEqual(await findImbalances(app.store), []);
  assert.equal((await get<Consent>(`/v1/consents/${consentId}`)).body.files.length, 0);
  assert.deepEqual(app.unexpected, []);
});

test('a job in doubt keeps no photo: what comes of it is dropped, and the certificate says so', async () => {
  const { consentId, submit, revoke, get } = await agreed();
  const { id } = await submit();
  const { attemptId } = await claim();
  await app.store.query(`update generations set lease = null, lease_expires_at = null where id = $1`, [id]);
  await app.store.query(
    `update attempts set engine = 'silent', step = 'unknown', asked_at = now(), lease = null where id = $1`,
    [attemptId],
  );
  await revoke();
  const { body } = await get<DeletionCertificate>(`/v1/consents/${consentId}/certificate`);
  const { deleted, not_deleted: left } = body.certificate;
  assert.ok(deleted.length > 0 && deleted.every(({ bytes_gone_at: at }) => at !== null));
  assert.deepEqual(left.map(({ reason, about }) => [reason, about]).slice(0, 1), [
    ['provider_undecided', attemptId],
  ]);
  assert.equal(await isConsentRevoked(app.store, id), true, 'whatever comes is dropped');
});

test('a video of two people goes with the first who takes it back', async () => {
  const one = await agreed();
  const second = await recordConsent(app, one.key, { person: 'user-2' });
  const form = new FormData();
  form.append('file', new Blob([picture()]), 'two.jpg');
  const file = (await (await app.call('/v1/files', { method: 'POST', key: one.key, body: form })).json()) as {
    id: string;
  };
  const { body: made } = await app.json<Generation>('POST', video, {
    key: one.key,
    body: {
      prompt: 'both of them',
      duration: 5,
      aspect_ratio: '16:9',
      reference_images: [
        { file_id: one.files[0], role: 'person' },
        { file_id: file.id, consent_id: second.id },
      ],
    },
  });
  assert.equal((await deliverFiles(app, await claim())).completed, true);
  await one.revoke();
  assert.equal((await one.get<Generation>(`/v1/generations/${made.id}`)).body.output, null);
  assert.equal(
    (await one.get(`/v1/files/${file.id}`)).status,
    200,
    'the photo of the other person stays hers',
  );
  await app.json('POST', `/v1/consents/${second.id}/revoke`, { key: one.key, body: {} });
  const { body } = await one.get<DeletionCertificate>(`/v1/consents/${second.id}/certificate`);
  assert.deepEqual(body.certificate.deleted.map(({ what }) => what).sort(), [
    'link',
    'photo',
    'poster',
    'video',
  ]);
});
