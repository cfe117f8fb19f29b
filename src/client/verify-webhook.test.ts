import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { verifyWebhook } from './verify-webhook.ts';

const secretOf = (bytes: Buffer) => `whsec_${bytes.toString('base64')}`;
const [mine, next] = [randomBytes(24), randomBytes(32)];
const seconds = 1_764_288_000;
const body =
  '{"type":"generation.complete","timestamp":"2026-11-28T00:00:00Z","data":{"id":"gen_1","name":"stål"}}';

const signature = (key: Buffer, text = body, at = seconds) =>
  `v1,${createHmac('sha256', key).update(`msg_1.${at}.${text}`).digest('base64')}`;

const headers = (signatures: string, at = seconds) => ({
  'webhook-id': 'msg_1',
  'webhook-timestamp': String(at),
  'webhook-signature': signatures,
});

const options = { secret: secretOf(mine), now: () => seconds * 1000 };

describe('verifyWebhook', () => {
  it('gives the event of a signed message, from text or bytes, headers of any kind', async () => {
    const signed = headers(signature(mine));
    const event = JSON.parse(body);
    assert.deepEqual(await verifyWebhook(body, signed, options), event);
    assert.deepEqual(
      await verifyWebhook(new TextEncoder().encode(body), new Headers(signed), options),
      event,
    );
    const upper = Object.fromEntries(
      Object.entries(signed).map(([name, value]) => [name.toUpperCase(), [value]]),
    );
    assert.deepEqual(await verifyWebhook(body, upper, options), event);
  });

  it('takes the example of the Standard Webhooks libraries', async () => {
    await verifyWebhook(
      '{"test": 2432232314}',
      {
        'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'webhook-timestamp': '1614265330',
        'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      },
      { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', now: () => 1_614_265_330_000 },
    );
  });

  it('takes any of several signatures and of several secrets, as while one is rotated', async () => {
    const both = headers(`v1a,AAAA ${signature(next)} v1,not-base64! ${signature(mine)}`);
    await verifyWebhook(body, both, options);
    await verifyWebhook(body, headers(signature(next)), {
      ...options,
      secret: [secretOf(mine), secretOf(next)],
    });
  });

  const refused: [string, Parameters<typeof verifyWebhook>][] = [
    ['a changed body', [`${body} `, headers(signature(mine)), options]],
    ['another secret', [body, headers(signature(next)), options]],
    ['another id', [body, { ...headers(signature(mine)), 'webhook-id': 'msg_2' }, options]],
    ['no signature', [body, { ...headers(''), 'webhook-signature': undefined }, options]],
    ['a signature of another version alone', [body, headers(signature(mine).replace('v1,', 'v2,')), options]],
    ['a time that is none', [body, { ...headers(signature(mine)), 'webhook-timestamp': '1e9' }, options]],
    [
      'a message of six minutes ago',
      [body, headers(signature(mine, body, seconds - 360), seconds - 360), options],
    ],
    [
      'a message of the future',
      [body, headers(signature(mine, body, seconds + 360), seconds + 360), options],
    ],
    ['a signed body that is not JSON', ['{', headers(signature(mine, '{')), options]],
  ];
  for (const [what, call] of refused)
    it(`refuses ${what}`, () => assert.rejects(verifyWebhook(...call), { code: 'webhook_invalid' }));

  it('says that a secret is none', () =>
    assert.rejects(verifyWebhook(body, headers(signature(mine)), { ...options, secret: 'whsec_*' }), {
      code: 'invalid_request',
    }));
});
