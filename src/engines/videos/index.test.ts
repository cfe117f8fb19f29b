import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { formOf, type OwnServer, ownServer } from '../../../test/fixtures/own-server.ts';
import type { ReferenceFile, RemoteEngine } from '../../domain/engine.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Reference } from '../../domain/request.ts';
import { createVideosEngine, type VideosEngineOptions } from './index.ts';
import { minimaxH3, minimaxH3Sglang } from './minimax-h3.ts';
import { wan22 } from './wan.ts';

const folder = await mkdtemp(join(tmpdir(), 'kinora-videos-'));
after(() => rm(folder, { recursive: true }));

const within = (seconds = 10) => ({ signal: AbortSignal.timeout(seconds * 1_000) });

const plan: Plan = {
  engine: 'videos',
  model: 'minimax-h3',
  endpoint: 'text-to-video',
  prompt: 'a calm morning',
  references: [],
  durationSeconds: 5,
  aspectRatio: '16:9',
  width: 1344,
  height: 768,
  seed: 0,
  generateAudio: true,
  adjustments: [],
};

async function fileOf(name: string, kind: Reference['kind'], contentType: string): Promise<ReferenceFile> {
  const path = join(folder, name);
  await writeFile(path, `bytes of ${name}`);
  return { path, facts: { kind, contentType } };
}

const idle = { code: 200, json: { object: 'list', data: [] } };

const job = (status: string, other: object = {}) => ({
  code: 200,
  json: { id: 'video_gen_1', object: 'video', model: 'm', status, progress: 0, created_at: 1, ...other },
});

/** A server that lists nothing and does with everything else as the test says. */
const server = (answer: OwnServer['answer']) =>
  ownServer((call) => (call.path.startsWith('/v1/videos?') ? idle : answer(call)));

function engineOf(servers: readonly OwnServer[], options: Partial<VideosEngineOptions> = {}): RemoteEngine {
  const { engine, close } = createVideosEngine({
    name: 'videos',
    preset: minimaxH3,
    servers: servers.map(({ origin }) => ({ origin, slots: 1 })),
    ...options,
  });
  after(close);
  return engine;
}

const start = (engine: RemoteEngine, changes: Partial<Plan> = {}, references: ReferenceFile[] = []) =>
  engine.start(
    { ...plan, ...changes },
    { ...within(), attemptId: 'att_1', callbackUrl: undefined, references, simulate: undefined },
  );

test('asks vLLM-Omni for a video of mixed references by a form, in their order', async () => {
  const omni = await server(() => job('queued'));
  const engine = engineOf([omni], { key: 'secret-of-the-servers' });
  const started = await start(
    engine,
    { endpoint: 'reference-to-video', prompt: '<Picture 1> turns', seed: 7 },
    [
      await fileOf('aaaaaaaaaaaaaaaaaaaa', 'image', 'image/png'),
      await fileOf('bbbbbbbbbbbbbbbbbbbb', 'video', 'video/mp4'),
      await fileOf('cccccccccccccccccccc', 'audio', 'audio/wav'),
    ],
  );
  assert.deepEqual(started, {
    status: 'accepted',
    handle: { server: omni.origin, video_id: 'video_gen_1' },
    notes: [],
  });
  const [, asked] = omni.received;
  assert.ok(asked !== undefined);
  assert.deepEqual([asked.method, asked.path], ['POST', '/v1/videos']);
  assert.equal(asked.headers.authorization, 'Bearer secret-of-the-servers');
  assert.deepEqual(await formOf(asked), [
    ['prompt', '<Picture 1> turns'],
    ['width', '1344'],
    ['height', '768'],
    ['fps', '24'],
    ['num_inference_steps', '50'],
    ['flow_shift', '12'],
    ['seed', '7'],
    ['extra_params', '{"task":"ref2va","duration":5,"audio_flow_shift":3}'],
    [
      'input_references',
      { name: 'aaaaaaaaaaaaaaaa.png', type: 'image/png', text: 'bytes of aaaaaaaaaaaaaaaaaaaa' },
    ],
    [
      'input_references',
      { name: 'bbbbbbbbbbbbbbbb.mp4', type: 'video/mp4', text: 'bytes of bbbbbbbbbbbbbbbbbbbb' },
    ],
    [
      'input_references',
      { name: 'cccccccccccccccc.wav', type: 'audio/wav', text: 'bytes of cccccccccccccccccccc' },
    ],
  ]);
});

test('lets a first frame give the video its shape, and sends seed 0', async () => {
  const omni = await server(() => job('queued'));
  const image = await fileOf('dddddddddddddddddddd', 'image', 'image/jpeg');
  await start(engineOf([omni]), { endpoint: 'image-to-video' }, [image]);
  const form = new Map(await formOf(omni.received[1] ?? assert.fail('nothing was asked')));
  assert.equal(form.has('width'), false);
  assert.equal(form.get('seed'), '0');
  assert.match(String(form.get('extra_params')), /"task":"fl2va"/);
});

test('asks SGLang by JSON, with references as data URLs', async () => {
  const sglang = await server(() => job('queued'));
  const image = await fileOf('eeeeeeeeeeeeeeeeeeee', 'image', 'image/png');
  await start(
    engineOf([sglang], { preset: minimaxH3Sglang }),
    { endpoint: 'reference-to-video', width: 768, height: 1344, aspectRatio: '9:16' },
    [image],
  );
  assert.deepEqual(JSON.parse(String(sglang.received[1]?.body)), {
    prompt: 'a calm morning',
    seconds: 5,
    task: 'ref2va',
    target: { short_edge: 768, aspect_ratio: '9:16', duration_seconds: 5 },
    num_outputs_per_prompt: 1,
    num_inference_steps: 50,
    flow_shift: 12,
    audio_flow_shift: 3,
    seed: 0,
    conditions: [
      {
        type: 'image',
        uri: `data:image/png;base64,${Buffer.from('bytes of eeeeeeeeeeeeeeeeeeee').toString('base64')}`,
        role: 'reference',
      },
    ],
  });
});

test('asks Wan for frames on its grid', async () => {
  const omni = await server(() => job('queued'));
  await start(engineOf([omni], { preset: wan22 }), { width: 1280, height: 704 });
  assert.deepEqual(Object.fromEntries(await formOf(omni.received[1] ?? assert.fail())), {
    prompt: 'a calm morning',
    width: '1280',
    height: '704',
    fps: '24',
    num_frames: '121',
    seed: '0',
  });
});

const starts: [what: string, answer: ReturnType<OwnServer['answer']>, means: [string, string?, boolean?]][] =
  [
    [
      'a request that it does not take',
      { code: 400, json: { detail: 'prompt is required' } },
      ['failed', 'engine_failed', false],
    ],
    [
      'a field that it does not take',
      { code: 422, json: { detail: [{ loc: ['body', 'fps'], msg: 'bad' }] } },
      ['failed', 'engine_failed', false],
    ],
    [
      'a wrong key',
      { code: 401, json: { error: { message: 'no' } } },
      ['failed', 'engine_unavailable', true],
    ],
    [
      'that it has no time, by its own word',
      { code: 503, json: { detail: 'loading' } },
      ['failed', 'engine_unavailable', true],
    ],
    [
      'a proxy without its server',
      { code: 502, bytes: Buffer.from('<html>'), contentType: 'text/html' },
      ['lost'],
    ],
    ['503 of a proxy', { code: 503, bytes: Buffer.from('<html>'), contentType: 'text/html' }, ['lost']],
    ['500', { code: 500, json: { detail: 'oops' } }, ['lost']],
    ['200 without a job', { code: 200, json: {} }, ['lost']],
    ['nothing: the connection breaks', 'cut', ['lost']],
  ];

for (const [what, answer, [status, code, retryable]] of starts)
  test(`a start that is answered with ${what} is ${code ?? status}`, async () => {
    const omni = await server(() => answer);
    const result = await start(engineOf([omni]));
    assert.equal(result.status, status);
    if (result.status !== 'failed') return;
    assert.deepEqual([result.code, result.retryable], [code, retryable]);
    assert.match(result.message, new RegExp(`^${omni.origin}: .`));
  });

test('goes to another server after one has failed, and says so when none is left', async () => {
  const broken = await server(() => ({ code: 500, json: { detail: 'out of memory' } }));
  const well = await server(() => job('queued'));
  const engine = engineOf([broken, well]);
  assert.equal((await start(engine)).status, 'lost');
  const second = await start(engine);
  assert.ok(second.status === 'accepted');
  assert.equal(second.handle['server'], well.origin);
  const third = await start(engine);
  assert.ok(third.status === 'failed');
  assert.equal(third.code, 'rate_limited', 'the one that is well is full');
  await Promise.all([broken.close(), well.close()]);
  const gone = await start(engineOf([broken, well]));
  assert.ok(gone.status === 'failed');
  assert.equal(gone.code, 'engine_unavailable');
});

const checks: [what: string, answer: ReturnType<OwnServer['answer']>, means: object][] = [
  ['queued', job('queued'), { status: 'pending', progress: 0 }],
  ['half done', job('in_progress', { progress: 50 }), { status: 'pending', progress: 0.5 }],
  ['a word that nobody knows', job('polishing', { progress: null }), { status: 'pending' }],
  [
    'failed for its request',
    job('failed', { error: { code: 400, message: 'bad size' } }),
    { status: 'failed', code: 'engine_failed', message: 'bad size', retryable: false },
  ],
  [
    'failed for its machine',
    job('failed', { error: { code: 'EngineGenerateError', message: 'CUDA' } }),
    { status: 'failed', code: 'engine_failed', message: 'CUDA', retryable: true },
  ],
  [
    'refused by its filter',
    job('failed', { error: { code: 'content_policy_violation', message: 'no' } }),
    { status: 'failed', code: 'content_rejected', message: 'no', retryable: false },
  ],
];

for (const [what, answer, means] of checks)
  test(`a job that is ${what} is told so`, async () => {
    const omni = await server(() => answer);
    const handle = { server: omni.origin, video_id: 'video_gen_1' };
    assert.deepEqual(await engineOf([omni]).check(handle, within()), means);
  });

test('finds a finished video at its server, which is trusted', async () => {
  const omni = await server(() => job('completed', { progress: 100 }));
  const engine = engineOf([omni]);
  const done = await engine.check({ server: omni.origin, video_id: 'video_gen_1' }, within());
  assert.ok(done.status === 'done');
  assert.equal(done.output.url, `${omni.origin}/v1/videos/video_gen_1/content`);
  assert.deepEqual(engine.trustedOrigins, [omni.origin]);
});

test('tells a job that the server does not know from a server that does not answer', async () => {
  const omni = await server(() => ({ code: 404, json: { detail: 'Video not found' } }));
  const engine = engineOf([omni]);
  const handle = { server: omni.origin, video_id: 'video_gen_1' };
  assert.equal((await engine.check(handle, within())).status, 'unknown');
  omni.answer = () => ({ code: 404, bytes: Buffer.from('nginx'), contentType: 'text/html' });
  assert.equal((await engine.check(handle, within())).status, 'unavailable');
  await omni.close();
  assert.equal((await engine.check(handle, within())).status, 'unavailable');
  const elsewhere = { server: 'http://10.9.9.9:8091', video_id: 'video_gen_1' };
  assert.equal((await engine.check(elsewhere, within())).status, 'unknown');
});

test('cancels by deleting, and knows afterwards why the job is gone', async () => {
  const omni = await server(({ method }) =>
    method === 'DELETE'
      ? { code: 200, json: { id: 'video_gen_1', deleted: true } }
      : { code: 404, json: { detail: 'Video not found' } },
  );
  const engine = engineOf([omni]);
  const handle = { server: omni.origin, video_id: 'video_gen_1' };
  assert.equal((await engine.check(handle, within())).status, 'unknown');
  await engine.cancel?.(handle, within());
  assert.equal((await engine.check(handle, within())).status, 'canceled');
  omni.answer = () => ({ code: 404, json: { detail: 'Video not found' } });
  const other = { server: omni.origin, video_id: 'video_gen_2' };
  await engine.cancel?.(other, within());
  assert.equal((await engine.check(other, within())).status, 'canceled', 'it was gone already');
});

test('looks a lost start up: certain only where no server lists anything like it', async () => {
  const now = Date.UTC(2026, 10, 28);
  const listed = (...data: object[]) => ({ code: 200, json: { object: 'list', data } });
  const other = { id: 'video_gen_9', status: 'in_progress', created_at: now / 1000 - 5 };
  const first = await ownServer(() => listed({ ...other, prompt: 'something else' }));
  const second = await ownServer(() =>
    listed({ ...other, prompt: plan.prompt, created_at: now / 1000 - 900 }),
  );
  const engine = engineOf([first, second], { now: () => now });
  const lookUp = () => engine.lookUp?.({ attemptId: 'att_1', plan, startedSecondsAgo: 10 }, within());
  assert.deepEqual(await lookUp(), { status: 'not_found' });
  second.answer = () => listed({ ...other, prompt: plan.prompt });
  const alike = await lookUp();
  assert.ok(alike?.status === 'undecided');
  assert.match(alike.message, new RegExp(`${second.origin}/v1/videos/video_gen_9`));
  const known = await engine.lookUp?.(
    {
      attemptId: 'att_1',
      plan,
      startedSecondsAgo: 10,
      isAnothers: async (handle) => handle['video_id'] === 'video_gen_9',
    },
    within(),
  );
  assert.deepEqual(known, { status: 'not_found' }, 'it is known whose that is');
  // SGLang does not say what a job was asked for.
  second.answer = () => listed(other);
  assert.equal((await lookUp())?.status, 'undecided');
  await second.close();
  assert.equal((await lookUp())?.status, 'unavailable');
});

test('addresses a job by what a person copies', async () => {
  const engine = engineOf([await server(() => idle)]);
  const [origin = ''] = engine.trustedOrigins;
  assert.deepEqual(engine.handleOf(`${origin}/v1/videos/video_gen_9`), {
    server: origin,
    video_id: 'video_gen_9',
  });
  for (const wrong of ['video_gen_9', 'http://10.9.9.9/v1/videos/video_gen_9', `${origin}/v1/videos/../x`])
    assert.throws(() => engine.handleOf(wrong), /is not a video of a server/);
});
