import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type FakeKinora, fakeKinora, fakeVideo } from '../../../test/fixtures/fake-kinora.ts';
import type { RunState } from '../../batch/run-state.ts';
import { createClient } from '../../client/index.ts';
import { loadWorkflow } from './load-workflow.ts';
import { holdFolder } from './one-run.ts';
import { runWorkflow } from './run-workflow.ts';

let folder: string;
let server: FakeKinora;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kinora-run-'));
  server = fakeKinora();
  await mkdir(join(folder, 'photos'));
  for (const name of ['a', 'b', 'c']) await writeFile(join(folder, 'photos', `${name}.jpg`), `photo ${name}`);
  await writeFile(join(folder, 'style.jpg'), 'style');
  await writeTable('A,Mug,photos/a.jpg', 'B,Lamp,photos/b.jpg', 'C,Candle,photos/c.jpg');
  await writeFile(
    join(folder, 'shop.yaml'),
    `
name: shop
source: { path: shop.csv, key: sku }
prompt: '{{ name }} turns'
photos: { column: photos }
brand: [{ path: style.jpg, role: style }]
duration: 5
aspect_ratio: '16:9'
`,
  );
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const writeTable = (...lines: string[]) =>
  writeFile(join(folder, 'shop.csv'), ['sku,name,photos', ...lines, ''].join('\n'));

async function run(options: { limit?: number; signal?: AbortSignal; onEnd?(key: string): void } = {}) {
  const loaded = await loadWorkflow(join(folder, 'shop.yaml'), { only: [], limit: options.limit });
  const client = createClient({
    baseUrl: 'http://kinora.test',
    key: 'kin_live_x',
    fetch: server.fetch,
    giveUpAfterMs: 0,
    sleep: async () => {},
  });
  const ended: string[] = [];
  const outcome = await runWorkflow({
    client,
    loaded,
    signal: options.signal ?? new AbortController().signal,
    watcher: {
      onPlan() {},
      onProgress() {},
      onEnd(row, how) {
        ended.push(`${row.key} ${how}`);
        options.onEnd?.(row.key);
      },
    },
  });
  return {
    ...outcome,
    ended: ended.toSorted(),
    statuses: outcome.results.map(({ key, status }) => `${key} ${status}`),
    output: loaded.output,
  };
}

const readState = async (output: string) =>
  JSON.parse(await readFile(join(output, 'state.json'), 'utf8')) as RunState;

const brokenLine = () => Object.assign(new TypeError('fetch failed'), { cause: new Error('reset') });

describe('a run', () => {
  it('makes every row once, uploads every content once, and writes everything down', async () => {
    await writeFile(join(folder, 'photos', 'c.jpg'), 'photo a');
    const { stoppedBy, statuses, results, output, contactSheet, resultsCsv } = await run();
    assert.equal(stoppedBy, undefined);
    assert.deepEqual(statuses, ['A complete', 'B complete', 'C complete']);
    assert.equal(server.made.length, 3);
    assert.deepEqual(
      server.uploads.toSorted(),
      ['a.jpg', 'b.jpg', 'style.jpg'],
      'c.jpg has the content of a.jpg',
    );
    assert.equal(await readFile(join(output, 'videos', 'A.mp4'), 'utf8'), fakeVideo);
    assert.deepEqual([results[0]?.seconds, results[0]?.credits, results[0]?.path], [5, 303, 'videos/A.mp4']);
    assert.match(
      await readFile(resultsCsv, 'utf8'),
      /^A,complete,gen_\d,5,1280,720,16,303,videos\/A\.mp4,$/m,
    );
    assert.match(await readFile(contactSheet, 'utf8'), /3 videos {2}· {2}15 s {2}· {2}909 credits/);
  });

  it('asks for rows in the order of the source, with all that a row needs', async () => {
    await run();
    assert.deepEqual(
      server.made.map(({ body }) => body['prompt']),
      ['Mug turns', 'Lamp turns', 'Candle turns'],
    );
    const [{ key = '', body = {} } = {}] = server.made;
    assert.match(key, /^shop\/A\/[0-9a-f]{32}\/1$/);
    assert.equal(body['workflow'], 'shop');
    assert.deepEqual(
      (body['reference_images'] as { role: string }[]).map(({ role }) => role),
      ['product', 'style'],
    );
  });

  it('stops after the first rows where that is asked', async () => {
    assert.deepEqual((await run({ limit: 2 })).statuses, ['A complete', 'B complete']);
    assert.equal(server.made.length, 2);
  });
});

describe('a second run', () => {
  it('does nothing where nothing has changed', async () => {
    await run();
    const { ended } = await run();
    assert.deepEqual(ended, ['A kept', 'B kept', 'C kept']);
    assert.deepEqual([server.made.length, server.uploads.length], [3, 4]);
  });

  it('makes only what has changed: a prompt, a photo, a new row', async () => {
    await run();
    await writeTable(
      'A,Cup,photos/a.jpg',
      'B,Lamp,photos/b.jpg',
      'C,Candle,photos/c.jpg',
      'D,Bottle,photos/a.jpg',
    );
    await writeFile(join(folder, 'photos', 'c.jpg'), 'another photo');
    const { ended } = await run();
    assert.deepEqual(ended, ['A made', 'B kept', 'C made', 'D made']);
    assert.deepEqual(
      server.made.slice(3).map(({ body }) => body['prompt']),
      ['Cup turns', 'Candle turns', 'Bottle turns'],
    );
    assert.equal(server.uploads.length, 5, 'only the new photo');
  });

  it('fetches a video again that is gone or cut short, and makes nothing', async () => {
    const { output } = await run();
    await rm(join(output, 'videos', 'A.mp4'));
    await writeFile(join(output, 'videos', 'B.mp4'), 'half');
    assert.deepEqual((await run()).ended, ['A made', 'B made', 'C kept']);
    assert.equal(await readFile(join(output, 'videos', 'B.mp4'), 'utf8'), fakeVideo);
    assert.equal(server.made.length, 3);
  });

  it('tries a failed row again under a new key', async () => {
    server.fail.add('Lamp turns');
    const first = await run();
    assert.deepEqual(first.statuses, ['A complete', 'B failed', 'C complete']);
    assert.equal(first.results[1]?.error, 'The engine failed.');
    server.fail.clear();
    const second = await run();
    assert.deepEqual(second.statuses, ['A complete', 'B complete', 'C complete']);
    assert.match(server.made[3]?.key ?? '', /^shop\/B\/[0-9a-f]{32}\/2$/);
  });

  it('uploads again what the server no longer has', async () => {
    server.refuse.set('Lamp turns', { status: 422, code: 'invalid_prompt' });
    await run();
    server.refuse.clear();
    server.forgetFiles();
    assert.deepEqual((await run()).statuses, ['A complete', 'B complete', 'C complete']);
    assert.deepEqual(server.uploads.slice(4).toSorted(), ['b.jpg', 'style.jpg']);
    assert.equal(server.made.length, 3);
  });

  it('finds again on the server what was made, when all memory of it is lost', async () => {
    const { output } = await run();
    await rm(output, { recursive: true });
    assert.deepEqual((await run()).statuses, ['A complete', 'B complete', 'C complete']);
    assert.equal(server.made.length, 3);
  });
});

describe('a run that breaks off', () => {
  it('before an answer to a submit came, makes that video once', async () => {
    server.after = (call) => {
      if (call.startsWith('POST /v1/bytedance')) throw brokenLine();
    };
    const first = await run();
    assert.match(String(first.stoppedBy), /cannot be reached/);
    assert.deepEqual(first.statuses, ['A unfinished', 'B unfinished', 'C unfinished']);
    const asked = server.made.length;
    assert.ok(asked > 0, 'the server had heard');
    server.after = () => {};
    assert.deepEqual((await run()).statuses, ['A complete', 'B complete', 'C complete']);
    assert.equal(server.made.length, 3);
    assert.equal(server.uploads.length, 4);
  });

  it('while it waits, has the id on disk and goes on with it', async () => {
    server.before = (call) => {
      if (call.startsWith('GET /v1/generations/')) throw brokenLine();
    };
    const first = await run({ limit: 1 });
    const saved = (await readState(first.output)).rows['A'];
    assert.deepEqual([saved?.status, saved?.generation_id], ['waiting', 'gen_1']);
    server.before = () => {};
    assert.deepEqual((await run({ limit: 1 })).statuses, ['A complete']);
    assert.equal(server.made.length, 1);
  });

  it('by the wish of a person, writes results and says why', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    server.before = (call) => {
      if (call.startsWith('GET /content/')) stop.abort(reason);
    };
    const { stoppedBy, statuses, resultsCsv } = await run({ signal: stop.signal });
    assert.equal(stoppedBy, reason);
    assert.ok(statuses.some((status) => status.endsWith('unfinished')));
    assert.match(await readFile(resultsCsv, 'utf8'), /unfinished/);
  });

  it('for want of credits, keeps what was begun and asks for the rest next time with the same try', async () => {
    server.refuse.set('Candle turns', { status: 402, code: 'insufficient_credits' });
    const first = await run();
    assert.equal((first.stoppedBy as { code?: string }).code, 'insufficient_credits');
    assert.deepEqual(first.statuses, ['A complete', 'B complete', 'C unfinished']);
    server.refuse.clear();
    assert.deepEqual((await run()).statuses, ['A complete', 'B complete', 'C complete']);
    assert.match(server.made[2]?.key ?? '', /\/1$/);
  });
});

describe('a row that is wrong', () => {
  it('does not stop the others: a refusal, an empty variable, a missing photo', async () => {
    await writeTable(
      'A,Mug,photos/a.jpg',
      'B,,photos/b.jpg',
      'C,Candle,photos/none.jpg',
      'D,Lamp,photos/b.jpg',
    );
    server.refuse.set('Lamp turns', { status: 422, code: 'invalid_prompt' });
    const { statuses, results, stoppedBy } = await run();
    assert.equal(stoppedBy, undefined);
    assert.deepEqual(statuses, ['A complete', 'B invalid', 'C invalid', 'D failed']);
    assert.match(results[1]?.error ?? '', /^Row B \(line 3\): prompt: \{\{ name \}\} is empty/);
    assert.match(results[2]?.error ?? '', /^Row C: there is no file .*none\.jpg\.$/);
    assert.equal(results[3]?.error, 'refused: invalid_prompt');
  });
});

describe('an output folder', () => {
  it('has one run at a time', async () => {
    const { output } = await run();
    const held = await holdFolder(output);
    await assert.rejects(run(), { code: 'invalid_state', message: `Another run is writing to ${output}.` });
    held.release();
    assert.equal((await run()).stoppedBy, undefined);
  });
});
