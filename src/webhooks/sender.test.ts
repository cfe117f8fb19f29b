import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { createTestApp, signUp } from '../../test/app.ts';
import { setClock } from '../../test/clock.ts';
import { deliverNext, failNext } from '../../test/ended.ts';
import { claimGeneration, newGeneration } from '../../test/generations.ts';
import { startReceiver, verified } from '../../test/webhook-receiver.ts';
import type { AlertPage } from '../contract/alert.ts';
import type { Generation } from '../contract/generation.ts';
import type {
  CreatedEndpoint,
  DeliveryDetail,
  DeliveryPage,
  Endpoint,
  KinoraEvent,
} from '../contract/webhook.ts';
import { type GenerationWebhook, retryPausesSeconds } from '../domain/webhook.ts';
import { falWebhook } from '../http/faces/fal/webhook-body.ts';
import { replicateWebhook } from '../http/faces/replicate/webhook-body.ts';
import { createQueueView } from '../http/queue-view.ts';
import { webhookBodies } from '../http/webhook-bodies.ts';
import { createSafeFetch } from '../net/safe-fetch.ts';
import { forgetOldTries } from '../store/delivery-tries.ts';
import { failGeneration } from '../store/end-generation.ts';
import { findKeyBySecret } from '../store/keys.ts';
import { readSecret } from '../store/secrets.ts';
import { submitGeneration } from '../store/submit-generation.ts';
import { accountSecret } from '../store/webhook-secrets.ts';
import { startSender } from './sender.ts';
import { createFalSigner } from './sign-fal.ts';

const receiver = await startReceiver();
/** Its port is let go at once: nobody is there. */
const nobody = await startReceiver();
await nobody.disappear();

const app = await createTestApp({ trustedOrigins: [receiver.origin, nobody.origin] });
const { store, deps } = app;
const unexpected: unknown[] = [];
const falSigner = createFalSigner(await readSecret(store, 'webhook key'));
const parts = {
  store,
  bodies: webhookBodies(
    { links: deps.links, queue: createQueueView(deps) },
    { fal: falWebhook, replicate: replicateWebhook },
  ),
  falSigner,
  now: Date.now,
  random: () => 0.5,
  onUnexpected: (error: unknown) => unexpected.push(error),
};
const fetch = createSafeFetch({
  trustedOrigins: [receiver.origin, nobody.origin],
  resolve: async () => [{ address: '127.0.0.1', family: 4 }],
});
let sender = await startSender({ ...parts, fetch, timeoutMs: 400 });
after(() => sender.stop());

let paths = 0;

/** An account with an endpoint of its own, and a path of the receiver that is nobody else's. */
async function subscribe(body: { events?: string[]; origin?: string } = {}) {
  const { accountId, key } = await signUp(app, 10_000);
  paths += 1;
  const path = `/hook-${paths}`;
  const { origin = receiver.origin, ...rest } = body;
  const made = await app.json<CreatedEndpoint>('POST', '/v1/webhooks', {
    key,
    body: { url: origin + path, ...rest },
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  return { accountId, key, path, ...made.body };
}

/** A generation of this account that has failed, and whom it told. */
async function failOne(
  who: { accountId: string; key: string },
  webhook?: GenerationWebhook,
): Promise<string> {
  const id = await submitOne(who, webhook);
  assert.equal((await failNext(store)).id, id);
  return id;
}

async function submitOne(
  who: { accountId: string; key: string },
  webhook?: GenerationWebhook,
): Promise<string> {
  const key = await findKeyBySecret(store, who.key);
  assert.ok(key);
  const owner = { account: { id: who.accountId }, key } as Parameters<typeof newGeneration>[0];
  const submitted = await submitGeneration(store, newGeneration(owner, { webhook }), undefined);
  assert.equal(submitted.status, 'accepted');
  return submitted.status === 'accepted' ? submitted.generation.id : '';
}

const read = async <T>(key: string, path: string) => {
  const { status, body } = await app.json<T>('GET', path, { key });
  assert.equal(status, 200, JSON.stringify(body));
  return body;
};

const deliveries = async (who: { key: string; id: string }) =>
  (await read<DeliveryPage>(who.key, `/v1/webhooks/${who.id}/deliveries`)).data;

/** Looks until the newest delivery is as wanted; the test's own time limit ends it. */
async function untilDelivery(
  who: { key: string; id: string },
  isSo: (delivery: DeliveryPage['data'][number]) => boolean,
): Promise<DeliveryDetail> {
  for (;;) {
    const [newest] = await deliveries(who);
    if (newest !== undefined && isSo(newest)) return read(who.key, `/v1/deliveries/${newest.id}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Sets the database's clock to the moment of the next try, and has it looked at. */
async function passPause(at: string | null): Promise<void> {
  assert.ok(at !== null);
  // Times are shown in milliseconds and kept in microseconds.
  await setClock(store, new Date(Date.parse(at) + 1).toISOString());
  await store.query(`select pg_notify('kinora_delivery', '')`);
}

async function trueTime(): Promise<void> {
  await setClock(store, undefined);
}

test('a receiver written with the library of Standard Webhooks verifies what it gets', async () => {
  const who = await subscribe();
  const id = await failOne(who);
  const [request] = await receiver.until(1, who.path);
  assert.ok(request);
  const event = verified<KinoraEvent>(request, who.secret);
  assert.equal(event.type, 'generation.failed');
  assert.equal(event.id, request.headers['webhook-id']);
  const shown = await read<Generation>(who.key, `/v1/generations/${id}`);
  assert.deepEqual(event.data, JSON.parse(JSON.stringify(shown)));
  assert.equal(request.headers['content-type'], 'application/json');
  assert.throws(() => verified(request, `whsec_${Buffer.alloc(32, 1).toString('base64')}`));
  assert.throws(() => verified({ ...request, body: `${request.body} ` }, who.secret));

  const { log, state, tries } = await untilDelivery(who, ({ state }) => state === 'delivered');
  assert.deepEqual([state, tries, log.length], ['delivered', 1, 1]);
  assert.equal(log[0]?.request.body, request.body);
  assert.equal(log[0]?.request.headers['webhook-signature'], request.headers['webhook-signature']);
  assert.equal(log[0]?.response?.status, 204);
});

test('a receiver that answers 500 is asked ten times over three days, then the webhook is given up', async () => {
  const who = await subscribe();
  receiver.answer = (_, response) => response.writeHead(500).end('boom');
  await setClock(store, new Date().toISOString());
  await failOne(who);
  for (const [index, pause] of retryPausesSeconds.entries()) {
    const { next_try_at, last_error, last_result, last_status } = await untilDelivery(
      who,
      ({ tries }) => tries === index + 1,
    );
    assert.deepEqual([last_result, last_status, last_error], ['refused', 500, 'It answered 500.']);
    const [clock] = await store.query<{ now: Date }>('select kinora_now() as now');
    const waits = (Date.parse(next_try_at ?? '') - (clock?.now.getTime() ?? 0)) / 1_000;
    assert.ok(Math.abs(waits - pause * 1.1) < 0.01, `${waits} s after try ${index + 1}`);
    await passPause(next_try_at);
  }
  const dead = await untilDelivery(who, ({ state }) => state === 'failed');
  assert.deepEqual([dead.tries, dead.next_try_at, dead.last_error], [10, null, 'It answered 500.']);
  assert.deepEqual(
    dead.log.map(({ response }) => response?.body),
    Array(10).fill('boom'),
  );
  const asked = await receiver.until(10, who.path);
  assert.equal(new Set(asked.map(({ headers }) => headers['webhook-id'])).size, 1);
  for (const request of asked) verified(request, who.secret);
  const letters = await read<DeliveryPage>(who.key, '/v1/deliveries?state=failed');
  assert.deepEqual(
    letters.data.map(({ id }) => id),
    [dead.id],
  );

  // Sent again by hand, it has all its tries before it.
  const resent = await app.json('POST', `/v1/deliveries/${dead.id}/resend`, { key: who.key });
  assert.equal(resent.status, 202);
  const again = await untilDelivery(who, ({ tries }) => tries === 11);
  assert.equal(again.state, 'pending');
  receiver.answer = (_, response) => response.writeHead(200).end();
  await passPause(again.next_try_at);
  const done = await untilDelivery(who, ({ state }) => state === 'delivered');
  assert.deepEqual([done.tries, done.last_error], [12, null]);
  assert.equal((await receiver.until(12, who.path)).at(-1)?.headers['webhook-id'], dead.event_id);
  await trueTime();
});

test('once an endpoint has another address, the pending try and a resend go there', async () => {
  const who = await subscribe();
  const moved = `${who.path}-moved`;
  receiver.answer = (_, response) => response.writeHead(500).end();
  await setClock(store, new Date().toISOString());
  await failOne(who);
  const { next_try_at } = await untilDelivery(who, ({ tries }) => tries === 1);
  receiver.answer = (_, response) => response.writeHead(204).end();
  const body = { url: receiver.origin + moved };
  assert.equal((await app.json('PATCH', `/v1/webhooks/${who.id}`, { key: who.key, body })).status, 200);
  await passPause(next_try_at);
  const { id } = await untilDelivery(who, ({ state }) => state === 'delivered');
  assert.equal((await app.json('POST', `/v1/deliveries/${id}/resend`, { key: who.key })).status, 202);
  await receiver.until(2, moved);
  await trueTime();
  assert.equal(receiver.received.filter(({ path }) => path === who.path).length, 1);
});

test('Retry-After is honoured, up to a day', async () => {
  const who = await subscribe();
  const asks = ['3600', '9999999', new Date(Date.now() + 7_200_000).toUTCString(), 'soon'];
  const waits: number[] = [];
  receiver.answer = (_, response) => response.writeHead(429, { 'retry-after': asks[waits.length] }).end();
  await setClock(store, new Date().toISOString());
  await failOne(who);
  for (const ask of asks) {
    const { next_try_at } = await untilDelivery(who, ({ tries }) => tries === waits.length + 1);
    const [clock] = await store.query<{ now: Date }>('select kinora_now() as now');
    waits.push((Date.parse(next_try_at ?? '') - (clock?.now.getTime() ?? 0)) / 1_000);
    if (ask !== asks.at(-1)) await passPause(next_try_at);
  }
  receiver.answer = (_, response) => response.writeHead(204).end();
  await trueTime();
  const [first, second, third, fourth] = waits;
  assert.equal(first, 3_600);
  assert.equal(second, 86_400);
  assert.ok(third !== undefined && Math.abs(third - 7_200) < 60, String(third));
  assert.ok(fourth !== undefined && Math.abs(fourth - 7_200 * 1.1) < 1, String(fourth));
});

test('a redirect is a failure with its name, and is not followed', async () => {
  const who = await subscribe();
  receiver.answer = ({ path }, response) =>
    path === who.path
      ? response.writeHead(308, { location: `${receiver.origin}/moved` }).end()
      : response.writeHead(204).end();
  await failOne(who);
  const { last_result, last_error, log } = await untilDelivery(who, ({ tries }) => tries === 1);
  receiver.answer = (_, response) => response.writeHead(204).end();
  assert.equal(last_result, 'redirected');
  assert.equal(
    last_error,
    `It answered 308, a redirect to ${receiver.origin}/moved. Redirects are not followed: give the address it leads to.`,
  );
  assert.equal(log[0]?.response?.headers['location'], `${receiver.origin}/moved`);
  assert.deepEqual(
    receiver.received.filter(({ path }) => path === '/moved'),
    [],
  );
});

test('a receiver that hangs is cut off, is told of as a time-out, and holds nobody else back', async () => {
  const hung = await subscribe();
  receiver.answer = ({ path }, response) => (path === hung.path ? undefined : response.writeHead(204).end());
  for (let count = 0; count < 12; count += 1) await failOne(hung);
  const quick = await subscribe();
  await failOne(quick);
  // The same origin has eight places; those that hang give them up after their time.
  await untilDelivery(quick, ({ state }) => state === 'delivered');
  const { last_result, last_error, log } = await untilDelivery(hung, ({ tries }) => tries > 0);
  receiver.answer = (_, response) => response.writeHead(204).end();
  assert.equal(last_result, 'timed_out');
  assert.match(last_error ?? '', /^It did not answer within 0\.4 s\./);
  assert.equal(log[0]?.response, null);
});

test('a receiver that is not there, and one whose name leads inside, are told of as such', async () => {
  const gone = await subscribe({ origin: nobody.origin });
  await failOne(gone);
  const away = await untilDelivery(gone, ({ tries }) => tries === 1);
  assert.equal(away.last_result, 'unreachable');
  assert.match(away.last_error ?? '', /refused the connection \(ECONNREFUSED\)/);
  assert.equal(away.state, 'pending');

  const inside = await subscribe({ origin: 'https://rebind.example' });
  const before = receiver.received.length;
  await failOne(inside);
  const { last_result, last_error } = await untilDelivery(inside, ({ tries }) => tries === 1);
  assert.equal(last_result, 'forbidden_address');
  assert.match(last_error ?? '', /rebind\.example.* is not on the public internet/);
  assert.doesNotMatch(last_error ?? '', /127\.0\.0\.1/);
  assert.equal(receiver.received.length, before);
});

test('of an answer 2 KB are kept, NUL and all, and nothing of it is believed', async () => {
  const who = await subscribe();
  receiver.answer = (_, response) => response.writeHead(200).end('\0<b>'.repeat(100_000));
  await failOne(who);
  const { log } = await untilDelivery(who, ({ state }) => state === 'delivered');
  receiver.answer = (_, response) => response.writeHead(204).end();
  assert.equal(log[0]?.response?.body, '\ufffd<b>'.repeat(512));
});

test('410 Gone disables an endpoint at once, and its owner is told', async () => {
  const who = await subscribe();
  receiver.answer = (_, response) => response.writeHead(410).end();
  await failOne(who);
  const { state, last_result } = await untilDelivery(who, ({ state }) => state === 'failed');
  receiver.answer = (_, response) => response.writeHead(204).end();
  assert.deepEqual([state, last_result], ['failed', 'gone']);
  const endpoint = await read<Endpoint>(who.key, `/v1/webhooks/${who.id}`);
  assert.deepEqual([endpoint.enabled, endpoint.disabled_by], [false, 'gone']);
  const alerts = await read<AlertPage>(who.key, '/v1/alerts');
  assert.match(alerts.data[0]?.summary ?? '', /^The webhook endpoint .* is disabled: it answered 410 Gone$/);
  await failOne(who);
  assert.equal((await deliveries(who)).length, 1);
  const resent = await app.json<{ code: string }>(
    'POST',
    `/v1/deliveries/${(await deliveries(who))[0]?.id}/resend`,
    {
      key: who.key,
    },
  );
  assert.deepEqual([resent.status, resent.body.code], [409, 'invalid_state']);
});

test('an endpoint that fails for five days is disabled when a webhook is given up, and what waits for it is given up too', async () => {
  const who = await subscribe();
  receiver.answer = (_, response) => response.writeHead(503).end();
  const began = Date.now();
  const day = 86_400_000;
  await setClock(store, new Date(began).toISOString());
  await failOne(who);
  const first = await untilDelivery(who, ({ tries }) => tries === 1);
  await passPause(new Date(began + 4.9 * day).toISOString());
  await untilDelivery(who, ({ tries }) => tries === 2);
  assert.equal((await read<Endpoint>(who.key, `/v1/webhooks/${who.id}`)).enabled, true);
  await passPause(new Date(began + 5.1 * day).toISOString());
  await untilDelivery(who, ({ tries }) => tries === 3);
  await failOne(who);
  const waiting = await untilDelivery(who, ({ id, tries }) => id !== first.id && tries === 1);
  assert.equal((await read<Endpoint>(who.key, `/v1/webhooks/${who.id}`)).enabled, true);
  await store.query('update deliveries set tries = 9, next_try_at = kinora_now() where id = $1', [first.id]);
  await store.query(`select pg_notify('kinora_delivery', '')`);
  const last = await untilDelivery(who, ({ state }) => state === 'failed');
  receiver.answer = (_, response) => response.writeHead(204).end();
  assert.deepEqual([last.id, last.tries, last.last_error], [waiting.id, 1, 'The endpoint was disabled.']);
  assert.equal((await read<DeliveryDetail>(who.key, `/v1/deliveries/${first.id}`)).tries, 10);
  const endpoint = await read<Endpoint>(who.key, `/v1/webhooks/${who.id}`);
  assert.deepEqual([endpoint.enabled, endpoint.disabled_by], [false, 'failing']);
  // Enabled again it has never failed.
  const { body } = await app.json<Endpoint>('PATCH', `/v1/webhooks/${who.id}`, {
    key: who.key,
    body: { enabled: true },
  });
  assert.deepEqual([body.enabled, body.disabled_by, body.failing_since], [true, null, null]);
  await trueTime();
});

test('while a secret is exchanged both sign, and afterwards the new one alone', async () => {
  const who = await subscribe();
  await setClock(store, new Date().toISOString());
  const rotated = await app.json<{ secret: string }>('POST', `/v1/webhooks/${who.id}/secret/rotate`, {
    key: who.key,
    body: { overlap_seconds: 3_600 },
  });
  const { secret } = rotated.body;
  assert.notEqual(secret, who.secret);
  await failOne(who);
  const [during] = await receiver.until(1, who.path);
  assert.ok(during);
  assert.equal(during.headers['webhook-signature']?.split(' ').length, 2);
  for (const one of [who.secret, secret]) verified(during, one);
  await setClock(store, new Date(Date.now() + 3_700_000).toISOString());
  await failOne(who);
  const [, later] = await receiver.until(2, who.path);
  assert.ok(later);
  verified(later, secret);
  assert.throws(() => verified(later, who.secret));
  await trueTime();
});

test('a generation tells its own webhook how it ended, once, signed with the secret of the account', async () => {
  const { accountId, key } = await signUp(app, 10_000);
  const url = `${receiver.origin}/own`;
  await submitOne({ accountId, key }, { url, form: 'standard' });
  await deliverNext(store, 303);
  const [request] = await receiver.until(1, '/own');
  assert.ok(request);
  const event = verified<KinoraEvent>(request, await accountSecret(store, { accountId, purse: 'live' }));
  assert.equal(event.type, 'generation.complete');
  const shown = await app.json<{ secret: string }>('GET', '/v1/webhooks/default/secret', { key });
  verified(request, shown.body.secret);

  const rotated = await app.json<{ secret: string; previous_expires_at: string | null }>(
    'POST',
    '/v1/webhooks/default/secret/rotate',
    { key, body: { overlap_seconds: 0 } },
  );
  assert.notEqual(rotated.body.previous_expires_at, null);
  const log = `/v1/generations/${event.data['id']}/deliveries`;
  const [delivery] = (await read<DeliveryPage>(key, log)).data;
  assert.deepEqual(
    [delivery?.url, delivery?.endpoint_id, delivery?.type],
    [url, null, 'generation.complete'],
  );
  await app.json('POST', `/v1/deliveries/${delivery?.id}/resend`, { key });
  const [, again] = await receiver.until(2, '/own');
  assert.ok(again);
  assert.equal(again.headers['webhook-id'], request.headers['webhook-id']);
  verified(again, rotated.body.secret);
  assert.throws(() => verified(again, shown.body.secret));
  const stranger = await signUp(app);
  assert.equal((await app.json('GET', log, { key: stranger.key })).status, 404);
});

test('while one receiver hangs, others get theirs', async () => {
  const other = await startReceiver();
  const patient = await startSender({
    ...parts,
    fetch: createSafeFetch({ trustedOrigins: [receiver.origin, other.origin] }),
    timeoutMs: 60_000,
    stopGraceMs: 50,
  });
  await sender.stop();
  const hung = await subscribe();
  receiver.answer = () => {};
  for (let count = 0; count < 20; count += 1) await failOne(hung);
  await receiver.until(8, hung.path);
  const { accountId, key } = await signUp(app, 10_000);
  await failOne({ accountId, key }, { url: `${other.origin}/quick`, form: 'standard' });
  await other.until(1, '/quick');
  // No more than its share of places was given to the one that hangs.
  assert.equal(receiver.received.filter(({ path }) => path === hung.path).length, 8);
  receiver.answer = (_, response) => response.writeHead(204).end();
  await patient.stop();
  // What was cut off by the stop is sent again by whoever comes next.
  sender = await startSender({ ...parts, fetch, timeoutMs: 400 });
  await receiver.until(28, hung.path);
  assert.ok((await deliveries(hung)).every(({ tries }) => tries <= 1));
});

test('requests and answers are forgotten after 30 days, deliveries are not', async () => {
  const who = await subscribe();
  await failOne(who);
  const { id, log } = await untilDelivery(who, ({ state }) => state === 'delivered');
  assert.equal(log.length, 1);
  assert.equal(await forgetOldTries(store, 1_000), 0);
  await setClock(store, new Date(Date.now() + 31 * 86_400_000).toISOString());
  assert.ok((await forgetOldTries(store, 1_000)) > 0);
  await trueTime();
  const after = await read<DeliveryDetail>(who.key, `/v1/deliveries/${id}`);
  assert.deepEqual([after.state, after.tries, after.log, after.last_result], ['delivered', 1, [], null]);
});

test('where an endpoint and a generation name the same address it is told once, however many try', async () => {
  const who = await subscribe();
  const id = await submitOne(who, { url: receiver.origin + who.path, form: 'standard' });
  const claimed = await claimGeneration(store, { engine: 'local', leaseSeconds: 60 });
  assert.equal(claimed?.id, id);
  const why = { code: 'engine_failed', message: 'The engine fell over.' } as const;
  const ended = await Promise.all(Array.from({ length: 8 }, () => failGeneration(store, claimed, why)));
  assert.equal(ended.filter(Boolean).length, 1);
  await untilDelivery(who, ({ state }) => state === 'delivered');
  assert.equal((await receiver.until(1, who.path)).length, 1);

  const second = `insert into events (account_id, generation_id, type) values ($1, $2, 'generation.complete')`;
  await assert.rejects(store.query(second, [who.accountId, id]), { constraint: 'one_end_per_generation' });
  const again = `insert into deliveries (event_id, account_id, channel, target)
    select event_id, account_id, channel, target from deliveries where endpoint_id = $1`;
  await assert.rejects(store.query(again, [who.id]), { constraint: 'one_delivery_per_target' });
});

test('a webhook in the form of fal is verified with our key set, as its clients do', async () => {
  const { accountId, key } = await signUp(app, 10_000);
  const id = await failOne({ accountId, key }, { url: `${receiver.origin}/fal`, form: 'fal' });
  const [request] = await receiver.until(1, '/fal');
  assert.ok(request);
  const { headers, body } = request;
  const message = [
    headers['x-fal-webhook-request-id'],
    headers['x-fal-webhook-user-id'],
    headers['x-fal-webhook-timestamp'],
    createHash('sha256').update(body).digest('hex'),
  ].join('\n');
  const signature = Buffer.from(headers['x-fal-webhook-signature'] ?? '', 'hex');
  const [jwk] = falSigner.jwks.keys;
  assert.ok(jwk);
  assert.deepEqual([jwk.kty, jwk.crv, jwk.d], ['OKP', 'Ed25519', undefined]);
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
  assert.ok(verify(null, Buffer.from(message), publicKey, signature));
  assert.ok(!verify(null, Buffer.from(`${message}0`), publicKey, signature));
  const envelope = JSON.parse(body);
  assert.deepEqual([envelope.request_id, envelope.status], [id, 'ERROR']);
  assert.match(envelope.payload.detail[0].msg, /The engine fell over/);
});

test('a webhook in the form of Replicate carries a prediction, of the events that were asked for', async () => {
  const { accountId, key } = await signUp(app, 10_000);
  const url = `${receiver.origin}/replicate`;
  const events = ['generation.processing', 'generation.complete'] as const;
  await submitOne({ accountId, key }, { url, form: 'replicate', events });
  await deliverNext(store, 303);
  const come = await receiver.until(2, '/replicate');
  const secret = await accountSecret(store, { accountId, purse: 'live' });
  const predictions = come.map((one) => verified<{ status: string; output: string | null }>(one, secret));
  assert.ok(predictions.some(({ status, output }) => status === 'succeeded' && output !== null));
  assert.equal(new Set(come.map(({ headers }) => headers['webhook-id'])).size, 2);
});

test('alerts leave for the address of the account', async () => {
  const { accountId, key } = await signUp(app, 10_000);
  const settings = { alert_webhook_url: `${receiver.origin}/alerts`, balance_alert_credits: 20_000 };
  assert.equal((await app.json('PATCH', '/v1/account', { key, body: settings })).status, 200);
  const [request] = await receiver.until(1, '/alerts');
  assert.ok(request);
  const event = verified<KinoraEvent>(request, await accountSecret(store, { accountId, purse: 'live' }));
  assert.equal(event.type, 'balance.low');
  assert.equal(event.data['mark'], 20_000);
});

test('two processes that send together send each webhook once', async () => {
  const second = await startSender({ ...parts, fetch });
  const who = await subscribe();
  for (let count = 0; count < 25; count += 1) await failOne(who);
  await receiver.until(25, who.path);
  await second.stop();
  const all = await deliveries(who);
  assert.equal(all.length, 25);
  assert.equal(receiver.received.filter(({ path }) => path === who.path).length, 25);
});

test('a sender killed with a webhook in hand loses nothing: another sends it under the same id', async () => {
  await sender.stop();
  const who = await subscribe();
  receiver.answer = () => {};
  const script = new URL('../../test/fixtures/webhook-sender.ts', import.meta.url).pathname;
  const [database] = await store.query<{ name: string }>('select current_database() as name');
  const url = process.env['KINORA_TEST_SERVER']?.replace(/\/[^/]*$/, `/${database?.name}`) ?? '';
  const child = spawn(process.execPath, [script, url, receiver.origin], { stdio: 'inherit' });
  await failOne(who);
  const [first] = await receiver.until(1, who.path);
  child.kill('SIGKILL');
  await once(child, 'exit');
  receiver.answer = (_, response) => response.writeHead(204).end();
  const [pending] = await deliveries(who);
  assert.deepEqual([pending?.state, pending?.tries], ['pending', 0]);
  const next = await startSender({ ...parts, fetch });
  // Its lease runs out.
  await passPause(pending?.next_try_at ?? null);
  const done = await untilDelivery(who, ({ state }) => state === 'delivered');
  await next.stop();
  await trueTime();
  assert.equal(done.tries, 1);
  const [, again] = await receiver.until(2, who.path);
  assert.equal(again?.headers['webhook-id'], first?.headers['webhook-id']);
  assert.deepEqual(unexpected, []);
});
