import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { createTestApp, signUp } from '../../../test/app.ts';
import { startReceiver, verified } from '../../../test/webhook-receiver.ts';
import { createClient } from '../../client/index.ts';
import type { KinoraEvent } from '../../contract/webhook.ts';
import { insertAccountEvent } from '../../store/events.ts';
import { createOutput } from '../output.ts';
import { followFeed } from './follow-feed.ts';
import { createForwarder, newListenSecret } from './forward-event.ts';

const app = await createTestApp();
const { accountId, key } = await signUp(app);
const receiver = await startReceiver();

const happen = (number: number) =>
  insertAccountEvent(app.store, {
    accountId,
    type: 'balance.low',
    data: { purse: 'live', id: `n${number}` },
  });

test('events are forwarded as signed webhooks, each once and in order, also when the server was away', async () => {
  const secret = newListenSecret();
  let calls = 0;
  const client = createClient({
    baseUrl: 'http://localhost',
    key,
    fetch: async (url, init) => {
      calls += 1;
      // Twice in a row: more than the client itself can put down to one bad connection.
      if (calls % 3 !== 1) throw new TypeError('fetch failed');
      return app.call(String(url).replace('http://localhost', ''), init);
    },
    sleep: async () => {},
    giveUpAfterMs: 0,
  });
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const said: string[] = [];
  stdout.on('data', (text) => said.push(String(text)));
  const output = createOutput({ json: false, stdout, stderr, noColours: true });
  const stopping = new AbortController();
  const since = new Date(Date.now() - 60_000).toISOString();
  await happen(1);
  receiver.answer = ({ body }, response) =>
    response.writeHead((JSON.parse(body) as KinoraEvent).data['id'] === 'n2' ? 500 : 200).end();
  const following = followFeed({
    client,
    types: undefined,
    since,
    forward: createForwarder({ target: `${receiver.origin}/hook`, secret, fetch: globalThis.fetch }),
    output,
    signal: stopping.signal,
  });
  await receiver.until(1, '/hook');
  await happen(2);
  await receiver.until(2, '/hook');
  await happen(3);
  const come = await receiver.until(3, '/hook');
  // Its line is written once it has answered; the next event is only read afterwards.
  await happen(4);
  await receiver.until(4, '/hook');
  stopping.abort(new Error('enough'));
  await assert.rejects(following, /enough/);
  assert.deepEqual(
    come.map((one) => verified<KinoraEvent>(one, secret).data['id']),
    ['n1', 'n2', 'n3'],
  );
  assert.match(said.join(''), /^\d\d:\d\d:\d\d {2}balance\.low +n1 {2}200\n.*n2 {2}500\n.*n3 {2}200\n/);
});

test('a receiver that is not there is told of, and the next event is tried all the same', async () => {
  const nobody = await startReceiver();
  await nobody.disappear();
  const forward = createForwarder({
    target: nobody.origin,
    secret: newListenSecret(),
    fetch: globalThis.fetch,
  });
  const event = {
    id: 'evt_1',
    type: 'webhook.test',
    timestamp: '2026-11-28T00:00:00.000Z',
    data: {},
  } as const;
  assert.deepEqual(await forward(event, new AbortController().signal), { problem: 'ECONNREFUSED' });
});
