import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startRealServer } from './server.ts';

// fal_client is a Python package, which no test here can count on. So these calls are its own: the queue at the root of a
// host, addresses followed as they were answered, and answers read as strictly as it does.
const server = await startRealServer();
const key = await server.newKey();
const endpoint = 'bytedance/seedance-2.0/text-to-video';

interface Submitted {
  request_id: string;
  response_url: string;
  status_url: string;
  cancel_url: string;
}

type Json = Record<string, unknown>;

const call = (method: string, url: string, body?: Json) =>
  fetch(url, {
    method,
    headers: {
      authorization: `Key ${key}`,
      accept: '*/*',
      'user-agent': 'fal-client/0 (python)',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

async function submit(input: Json): Promise<Submitted> {
  const answer = await call('POST', `${server.url}/${endpoint}`, input);
  assert.equal(answer.status, 200);
  const { request_id, response_url, status_url, cancel_url } = (await answer.json()) as Submitted;
  for (const url of [response_url, status_url, cancel_url])
    assert.ok(url.startsWith(`${server.url}/`) && url.includes(request_id), url);
  return { request_id, response_url, status_url, cancel_url };
}

/** A status as it parses one: what it looks up without a default has to be there. */
async function readStatus({ status_url }: Submitted, logs: boolean): Promise<Json & { status: string }> {
  const answer = await call('GET', `${status_url}?logs=${logs}`);
  assert.ok(answer.ok, String(answer.status));
  const status = (await answer.json()) as Json & { status: string };
  assert.ok(['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED'].includes(status.status), status.status);
  if (status.status === 'IN_QUEUE') assert.equal(typeof status['queue_position'], 'number');
  else assert.ok(Array.isArray(status['logs']));
  return status;
}

async function untilCompleted(job: Submitted): Promise<Json> {
  for (let tries = 0; tries < 300; tries += 1) {
    const status = await readStatus(job, true);
    if (status.status === 'COMPLETED') return status;
    await sleep(100);
  }
  return assert.fail('it has not completed');
}

test('submits at the root of a host, follows what it is answered, and gets the video', async () => {
  const job = await submit({ prompt: 'a calm morning', duration: '4', aspect_ratio: '16:9' });
  const status = await untilCompleted(job);
  assert.equal(typeof (status['metrics'] as Json)['inference_time'], 'number');
  assert.equal((await readStatus(job, false)).status, 'COMPLETED');
  const answer = await call('GET', job.response_url);
  assert.equal(answer.status, 200);
  const { video } = (await answer.json()) as { video: { url: string } };
  assert.deepEqual(await server.probe(video.url), { picture: '1280×720 h264', seconds: 4 });
});

test('cancels by the address that it was given', async () => {
  const job = await submit({ prompt: 'a storm', duration: '4', simulate: { latency_seconds: 60 } });
  assert.equal((await call('PUT', job.cancel_url)).status, 202);
  const status = await untilCompleted(job);
  assert.equal(status['error_type'], 'client_cancelled');
  const ended = await call('GET', job.response_url);
  assert.deepEqual([ended.status, ended.headers.get('x-fal-error-type')], [499, 'client_cancelled']);
});

test('reads why it was refused, and is never given cause to send a submit again', async () => {
  const faulty = await call('POST', `${server.url}/${endpoint}`, { prompt: 'x', duration: '99' });
  const { detail } = (await faulty.json()) as { detail: { loc: string[]; msg: string; type: string }[] };
  assert.equal(faulty.status, 422);
  assert.deepEqual(detail[0]?.loc, ['body', 'duration']);
  const unknown = await call(
    'GET',
    `${server.url}/bytedance/seedance-2.0/requests/gen_nobody/status?logs=true`,
  );
  assert.equal(unknown.status, 404);
  // It sends again after 408, 409 and 429, and after what looks like the page of a bare proxy.
  for (const refused of [faulty, unknown]) {
    assert.ok(![408, 409, 429, 502, 503, 504].includes(refused.status));
    assert.match(refused.headers.get('content-type') ?? '', /json/);
    assert.ok(refused.headers.has('x-fal-error-type'));
  }
});
