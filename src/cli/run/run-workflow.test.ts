import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Answer, type FakeKinora, fakeKinora, fakeVideo } from '../../../test/fixtures/fake-kinora.ts';
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

interface RunOptions {
  only?: string[];
  limit?: number;
  signal?: AbortSignal;
  onPlan?(): void;
  onEnd?(key: string): void;
}

async function run(options: RunOptions = {}) {
  const { only = [], limit } = options;
  const loaded = await loadWorkflow(join(folder, 'shop.yaml'), { only, limit });
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
      onPlan: () => options.onPlan?.(),
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

const problem = (status: number, code: string) =>
  Response.json({ code, detail: `refused: ${code}`, retryable: false, errors: [] }, { status });

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

  it('for a row whose answers somebody else gives, keeps it and never asks for it again', async () => {
    server.before = (call) => {
      if (call === 'GET /v1/generations/gen_1')
        throw new Answer(new Response('<h1>Gone</h1>', { status: 404 }));
    };
    const first = await run();
    assert.equal(first.stoppedBy, undefined);
    assert.deepEqual(first.statuses, ['A unfinished', 'B complete', 'C complete']);
    const saved = (await readState(first.output)).rows['A'];
    assert.deepEqual([saved?.status, saved?.generation_id], ['waiting', 'gen_1']);
    assert.match(saved?.error ?? '', /answered 404/);
    server.before = () => {};
    const second = await run();
    assert.deepEqual(second.statuses, ['A complete', 'B complete', 'C complete']);
    assert.deepEqual([server.made.length, second.results[0]?.error], [3, null]);
  });

  for (const [what, answer] of [
    ['a proxy', () => new Response('no such page', { status: 404 })],
    ['a server that is still at it', () => problem(409, 'idempotency_in_progress')],
  ] as const)
    it(`on an answer of ${what} to an accepted submit, asks with the same try`, async () => {
      server.after = (call) => {
        if (call.startsWith('POST /v1/bytedance')) throw new Answer(answer());
      };
      const first = await run({ limit: 1 });
      assert.deepEqual(first.statuses, ['A unfinished']);
      server.after = () => {};
      assert.deepEqual((await run({ limit: 1 })).statuses, ['A complete']);
      assert.equal(server.made.length, 1);
    });

  it('for a still that is gone, has the video', async () => {
    server.before = (call) => {
      if (call === 'GET /content/gen_1.jpg') throw new Answer(problem(410, 'not_found'));
    };
    const { statuses, results } = await run({ limit: 1 });
    assert.deepEqual([statuses, results[0]?.poster], [['A complete'], null]);
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

describe('a photo that changes while the run goes on', () => {
  it('is not sent under the key of the old one', async () => {
    const path = join(folder, 'photos', 'b.jpg');
    const first = await run({ onPlan: () => writeFileSync(path, 'another photo') });
    assert.deepEqual(first.statuses, ['A complete', 'B unfinished', 'C complete']);
    assert.match(first.results[1]?.error ?? '', /b\.jpg has changed since the run began/);
    assert.deepEqual((await run()).statuses, ['A complete', 'B complete', 'C complete']);
    assert.equal(server.made.length, 3);
  });
});

describe('a run of some rows', () => {
  it('tells of all rows in results.csv, and on the contact sheet of those that were asked for', async () => {
    await run({ only: ['C'] });
    const { statuses, resultsCsv, contactSheet } = await run({ only: ['A'] });
    assert.deepEqual(statuses, ['A complete']);
    assert.deepEqual(
      [...(await readFile(resultsCsv, 'utf8')).matchAll(/^([ABC],\w+)/gm)].map(([, start]) => start),
      ['A,complete', 'B,unfinished', 'C,complete'],
    );
    assert.match(await readFile(contactSheet, 'utf8'), /2 videos {2}· {2}10 s/);
  });

  it('does not count a video that was made for another request, or that is gone', async () => {
    const { output } = await run();
    await rm(join(output, 'videos', 'B.mp4'));
    await writeFile(join(folder, 'photos', 'c.jpg'), 'another photo');
    const { resultsCsv } = await run({ only: ['A'] });
    assert.deepEqual(
      [...(await readFile(resultsCsv, 'utf8')).matchAll(/^([ABC],\w+)/gm)].map(([, start]) => start),
      ['A,complete', 'B,unfinished', 'C,unfinished'],
    );
  });
});

describe('an output folder', () => {
  it('loses what killed runs left half-written, and nothing else', async () => {
    const { output } = await run();
    const stale = ['state.json.7.tmp', 'videos/A.mp4.7.part', 'posters/A.jpg.7.part'];
    for (const name of [...stale, 'notes.7.tmp']) await writeFile(join(output, name), 'half');
    await run();
    for (const name of stale) await assert.rejects(access(join(output, name)), { code: 'ENOENT' }, name);
    for (const name of ['notes.7.tmp', 'videos/A.mp4', 'state.json']) await access(join(output, name));
  });

  it('has one run at a time', async () => {
    const { output } = await run();
    const held = await holdFolder(output);
    await assert.rejects(run(), { code: 'invalid_state', message: `Another run is writing to ${output}.` });
    held.release();
    assert.equal((await run()).stoppedBy, undefined);
  });
});
