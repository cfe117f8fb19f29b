import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startReceiver } from '../../../test/webhook-receiver.ts';
import { openSink, sinkSpecSchema } from './index.ts';
import type { SinkResult } from './sink.ts';

const receiver = await startReceiver();

const result = (key: string, version = 1, telling = version): SinkResult => ({
  key,
  values: { sku: key },
  status: 'made',
  video_url: `https://video.example/r/abc/${key}.mp4`,
  poster_url: null,
  record_id: `rec_${key}`,
  version,
  generation_id: 'gen_1',
  seconds: 5,
  width: 1280,
  height: 720,
  bytes: 1,
  credits: 0,
  error: null,
  rehearsal: false,
  ai_made: true,
  telling: { sink: 'shop', number: telling, isShown: true },
});

async function write(
  results: readonly SinkResult[],
  secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
) {
  const slept: number[] = [];
  const sink = openSink(sinkSpecSchema.parse({ url: `${receiver.origin}/videos`, secret_env: 'SECRET' }), {
    folder: undefined,
    env: () => secret,
    fetch,
    sleep: async (ms) => void slept.push(ms),
    now: () => new Date('2026-11-28T12:00:00Z'),
    async *content() {},
  });
  receiver.received.length = 0;
  const report = await sink.write(
    (async function* () {
      yield* results;
    })(),
    new AbortController().signal,
  );
  return { report, slept, ids: receiver.received.map(({ headers }) => headers['webhook-id']) };
}

describe('the sink webhook', () => {
  it('sends again under the same id after pauses, and each telling under an id of its own', async () => {
    let count = 0;
    receiver.answer = (_, response) => {
      count += 1;
      if (count === 1) response.writeHead(500).end();
      else if (count === 2) response.writeHead(429, { 'retry-after': '9' }).end();
      else response.writeHead(200).end();
    };
    const { report, slept, ids } = await write([result('A'), result('A', 2), result('B')]);
    assert.equal(report.written, 3);
    assert.deepEqual(slept, [1_000, 9_000]);
    assert.equal(new Set(ids).size, 3);
    assert.deepEqual(ids.slice(0, 3), [ids[0], ids[0], ids[0]]);
    assert.deepEqual((await write([result('A'), result('A', 2), result('B')])).ids, ids.slice(2));
    // Rolled back to the first version, and told of it again.
    const [back] = (await write([result('A', 1, 3)])).ids;
    assert.ok(!ids.includes(back), 'a receiver that drops repeats would drop it');
  });

  it('tells what the receiver will not have, and follows no redirect', async () => {
    receiver.answer = ({ body }, response) =>
      body.includes('rec_A')
        ? response.writeHead(400).end()
        : response.writeHead(301, { location: `${receiver.origin}/elsewhere` }).end();
    const { report } = await write([result('A'), result('B')]);
    assert.deepEqual(report.refusals, [
      { key: 'A', reason: 'the receiver answered 400.' },
      {
        key: 'B',
        reason: 'the receiver answered 301. A redirect is not followed: give the address it leads to.',
      },
    ]);
  });

  it('gives up on a receiver that takes nothing', async () => {
    receiver.answer = (_, response) => response.writeHead(503).end();
    const many = Array.from({ length: 50 }, (_, index) => result(`K-${index}`));
    await assert.rejects(write(many), {
      code: 'unavailable',
      message: /took none of 5 messages: the receiver answered 503/,
    });
    assert.equal(receiver.received.length, 5 * 4);
  });

  it('wants a secret that is one, and shows none', async () => {
    await assert.rejects(write([], 'geheim'), (error: Error) => {
      assert.match(error.message, /SECRET is not a secret of Standard Webhooks/);
      assert.doesNotMatch(error.message, /geheim/);
      return true;
    });
  });
});
