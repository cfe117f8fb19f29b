import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { formOf, type OwnServer, ownServer } from '../../../test/fixtures/own-server.ts';
import type { ReferenceFile, RemoteEngine } from '../../domain/engine.ts';
import type { Plan } from '../../domain/plan.ts';
import { createComfyuiEngine } from './index.ts';
import { promptIdOf } from './prompt-id.ts';
import { readWorkflow } from './read-workflow.ts';

const folder = await mkdtemp(join(tmpdir(), 'kinora-comfyui-'));
after(() => rm(folder, { recursive: true }));

const workflow = readWorkflow('examples/comfyui/minimax-h3.json');
const within = (seconds = 10) => ({ signal: AbortSignal.timeout(seconds * 1_000) });

const plan: Plan = {
  engine: 'comfyui',
  model: 'minimax-h3',
  endpoint: 'reference-to-video',
  prompt: '<Picture 1> turns',
  references: [
    {
      kind: 'image',
      position: 1,
      sha256: '0'.repeat(64),
      facts: { kind: 'image', contentType: 'image/png' },
    },
  ],
  durationSeconds: 5,
  aspectRatio: '16:9',
  width: 1344,
  height: 768,
  seed: 0,
  generateAudio: true,
  adjustments: [],
};

/** A server of ComfyUI as far as it is asked: its line, its record, its uploads. */
async function comfyServer() {
  const state = {
    running: [] as string[],
    pending: [] as string[],
    history: {} as Record<string, unknown>,
    onPrompt: undefined as OwnServer['answer'] | undefined,
  };
  const item = (id: string) => [1, id, {}, {}, []];
  const server = await ownServer((call) => {
    const { method, path } = call;
    const json = (value: unknown) => ({ code: 200, json: value });
    if (method === 'GET' && path === '/queue')
      return json({ queue_running: state.running.map(item), queue_pending: state.pending.map(item) });
    if (method === 'GET' && path.startsWith('/history/')) {
      const id = path.slice('/history/'.length);
      return json(id in state.history ? { [id]: state.history[id] } : {});
    }
    if (path === '/upload/image') return json({ name: 'given.png', subfolder: 'kinora', type: 'input' });
    if (path === '/prompt') {
      const answer = state.onPrompt?.(call);
      if (answer !== undefined) return answer;
      const { prompt_id: id } = JSON.parse(String(call.body));
      state.pending.push(id);
      return json({ prompt_id: id, number: 1, node_errors: {} });
    }
    if (path === '/interrupt' || path === '/queue') return json({});
    return { code: 404, json: {} };
  });
  return { ...server, state };
}

type ComfyServer = Awaited<ReturnType<typeof comfyServer>>;

function engineOf(...servers: ComfyServer[]): RemoteEngine {
  const pool = servers.map(({ origin }) => ({ origin, slots: 1 }));
  const { engine, close } = createComfyuiEngine({ name: 'comfyui', workflow, servers: pool });
  after(close);
  return engine;
}

async function imageFile(): Promise<ReferenceFile> {
  const path = join(folder, 'picture');
  await writeFile(path, 'bytes of a picture');
  return { path, facts: { kind: 'image', contentType: 'image/png' } };
}

const start = async (engine: RemoteEngine, attemptId = 'att_1') =>
  engine.start(plan, {
    ...within(),
    attemptId,
    callbackUrl: undefined,
    references: [await imageFile()],
    simulate: undefined,
  });

const callsTo = ({ received }: ComfyServer, path: string) => received.filter((call) => call.path === path);

test('uploads the references by their content, and asks for the filled workflow under an id of its own', async () => {
  const server = await comfyServer();
  const started = await start(engineOf(server));
  const id = promptIdOf('att_1');
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual(started, {
    status: 'accepted',
    handle: { server: server.origin, prompt_id: id },
    notes: [],
  });
  const [upload] = callsTo(server, '/upload/image');
  assert.ok(upload !== undefined);
  const hash = createHash('sha256').update('bytes of a picture').digest('hex');
  assert.deepEqual(await formOf(upload), [
    ['image', { name: `${hash}.png`, type: 'image/png', text: 'bytes of a picture' }],
    ['type', 'input'],
    ['subfolder', 'kinora'],
    ['overwrite', 'true'],
  ]);
  const [asked] = callsTo(server, '/prompt');
  const body = JSON.parse(String(asked?.body));
  assert.deepEqual([body.prompt_id, body.client_id], [id, 'kinora']);
  assert.equal(body.prompt['11'].inputs.image, 'kinora/given.png');
  assert.equal(body.prompt['40'].inputs.prompt, '<Picture 1> turns');
  assert.equal(body.prompt['50'].inputs.seed, 0);
  assert.equal('kinora' in body.prompt, false);
});

test('says which node a server has something against', async () => {
  const server = await comfyServer();
  server.state.onPrompt = () => ({
    code: 400,
    json: {
      error: {
        type: 'prompt_outputs_failed_validation',
        message: 'Prompt outputs failed validation',
        details: '',
      },
      node_errors: {
        '1': {
          class_type: 'UNETLoader',
          errors: [{ message: 'Value not in list', details: "unet_name: 'x' not in []" }],
        },
      },
    },
  });
  const refused = await start(engineOf(server));
  assert.ok(refused.status === 'failed');
  assert.deepEqual([refused.code, refused.retryable], ['engine_failed', false]);
  assert.match(refused.message, /node 1 \(UNETLoader\): Value not in list \(unet_name: 'x' not in \[\]\)/);
});

test('is lost where a prompt is not answered, and found in the line or in the record', async () => {
  const [one, two] = [await comfyServer(), await comfyServer()];
  const engine = engineOf(one, two);
  one.state.onPrompt = () => 'cut';
  assert.equal((await start(engine)).status, 'lost');
  const lookUp = () => engine.lookUp?.({ attemptId: 'att_1', plan, startedSecondsAgo: 1 }, within());
  assert.deepEqual(await lookUp(), { status: 'not_found' });
  const handle = { server: two.origin, prompt_id: promptIdOf('att_1') };
  two.state.running.push(handle.prompt_id);
  assert.deepEqual(await lookUp(), { status: 'found', handle });
  two.state.running = [];
  two.state.history[handle.prompt_id] = { outputs: {}, status: { status_str: 'success' } };
  assert.deepEqual(await lookUp(), { status: 'found', handle });
  delete two.state.history[handle.prompt_id];
  await one.close();
  assert.equal((await lookUp())?.status, 'unavailable', 'the one that does not answer may have it');
});

test('follows a job from the line to its video', async () => {
  const server = await comfyServer();
  const engine = engineOf(server);
  const started = await start(engine);
  assert.ok(started.status === 'accepted');
  const check = () => engine.check(started.handle, within());
  assert.deepEqual(await check(), { status: 'pending' });
  const id = promptIdOf('att_1');
  Object.assign(server.state, { pending: [], running: [id] });
  assert.deepEqual(await check(), { status: 'pending' });
  server.state.running = [];
  server.state.history[id] = {
    prompt: [],
    outputs: {
      '80': { images: [{ filename: 'video 1.mp4', subfolder: 'kinora', type: 'output' }], animated: [true] },
    },
    status: { status_str: 'success', completed: true, messages: [] },
  };
  assert.deepEqual(await check(), {
    status: 'done',
    output: { url: `${server.origin}/view?filename=video+1.mp4&subfolder=kinora&type=output` },
    usage: { billedSeconds: null, costMicroUsd: null },
  });
});

const ends: [what: string, entry: unknown, means: object][] = [
  [
    'failed in a node',
    {
      outputs: {},
      status: {
        status_str: 'error',
        messages: [
          ['execution_start', {}],
          [
            'execution_error',
            {
              node_id: '50',
              node_type: 'KSampler',
              exception_type: 'ValueError',
              exception_message: 'bad shape\n',
            },
          ],
        ],
      },
    },
    {
      status: 'failed',
      code: 'engine_failed',
      message: 'Its node 50 (KSampler) failed: bad shape',
      retryable: false,
    },
  ],
  [
    'ran out of memory',
    {
      outputs: {},
      status: {
        status_str: 'error',
        messages: [
          [
            'execution_error',
            {
              node_id: '50',
              node_type: 'KSampler',
              exception_type: 'torch.OutOfMemoryError',
              exception_message: 'Allocation on device',
            },
          ],
        ],
      },
    },
    {
      status: 'failed',
      code: 'engine_failed',
      message: 'Its node 50 (KSampler) failed: Allocation on device',
      retryable: true,
    },
  ],
  [
    'was interrupted',
    { outputs: {}, status: { status_str: 'error', messages: [['execution_interrupted', {}]] } },
    { status: 'canceled' },
  ],
  [
    'ended without a video',
    { outputs: { '80': { images: [{ filename: 'a.png' }] } }, status: { status_str: 'success' } },
    {
      status: 'failed',
      code: 'engine_failed',
      message: 'The workflow ended well, and its node 80 left no video.',
      retryable: false,
    },
  ],
  ['has a record without an end', { outputs: {}, status: null }, { status: 'pending' }],
];

for (const [what, entry, means] of ends)
  test(`a job that ${what} is told so`, async () => {
    const server = await comfyServer();
    server.state.history['job-1'] = entry;
    assert.deepEqual(
      await engineOf(server).check({ server: server.origin, prompt_id: 'job-1' }, within()),
      means,
    );
  });

test('stops a running job by its id, takes a waiting one out of the line, and knows why it is gone', async () => {
  const server = await comfyServer();
  const engine = engineOf(server);
  const handle = (id: string) => ({ server: server.origin, prompt_id: id });
  Object.assign(server.state, { running: ['job-1'], pending: ['job-2'] });
  await engine.cancel?.(handle('job-1'), within());
  assert.deepEqual(JSON.parse(String(callsTo(server, '/interrupt')[0]?.body)), { prompt_id: 'job-1' });
  assert.equal((await engine.check(handle('job-1'), within())).status, 'pending', 'until its record says so');
  await engine.cancel?.(handle('job-2'), within());
  const deleted = callsTo(server, '/queue').find(({ method }) => method === 'POST');
  assert.deepEqual(JSON.parse(String(deleted?.body)), { delete: ['job-2'] });
  server.state.pending = [];
  assert.equal((await engine.check(handle('job-2'), within())).status, 'canceled');
  assert.equal((await engine.check(handle('job-3'), within())).status, 'unknown');
});

test('sends work to the server with the shorter line', async () => {
  const [busy, idle] = [await comfyServer(), await comfyServer()];
  busy.state.running.push('of somebody else');
  const started = await start(engineOf(busy, idle));
  assert.ok(started.status === 'accepted');
  assert.equal(started.handle['server'], idle.origin);
});
