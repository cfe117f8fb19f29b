import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import { createTestApp, operatorKey, signUp } from '../../../test/app.ts';
import {
  hostileRows,
  writeHostileCatalogue,
} from '../../../test/fixtures/hostile-catalogue/write-catalogue.ts';
import { startReceiver } from '../../../test/webhook-receiver.ts';
import { whileServing } from '../../../test/while-serving.ts';
import { describeChange } from '../../batch/explain-change.ts';
import type { Choice } from '../../batch/plan/plan-rows.ts';
import { planWorkflow, type WorkflowPlan } from '../../batch/plan/plan-workflow.ts';
import { createSpool } from '../../batch/run/spool.ts';
import { type Client, createClient } from '../../client/index.ts';
import { priceBooks } from '../../domain/price-book.ts';
import { createOutput, type Output } from '../output.ts';
import { openFile } from '../plan/open-file.ts';
import { printPlan } from '../plan/print-plan.ts';
import { concludeRun } from './conclude-run.ts';
import { type RunOutcome, runOpened } from './run-opened.ts';

const app = await createTestApp({ priceBook: priceBooks.published });
const folder = await mkdtemp(join(tmpdir(), 'kinora-run-'));
after(() => rm(folder, { recursive: true, force: true }));

const everything: Choice = { only: [], limit: undefined, retry: 'usual', onlyFailed: false };
const products = new URL('../../../examples/halden/products/', import.meta.url);
const photo = (name: string) => new URL(name, products);

const receiver = await startReceiver();
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

let shop: string;
let client: Client;
let accountId: string;
let uploads: number;

beforeEach(async () => {
  shop = await mkdtemp(join(folder, 'shop-'));
  await mkdir(join(shop, 'photos'));
  for (const [name, from] of [
    ['a', 'MUG-01/1.jpg'],
    ['b', 'LAMP-04/1.jpg'],
    ['c', 'CNDL-06/1.jpg'],
    ['style', 'HEAD-05/1.jpg'],
  ] as const)
    await copyFile(photo(from), join(shop, 'photos', `${name}.jpg`));
  await writeTable('A,Mug,photos/a.jpg', 'B,Lamp,photos/b.jpg', 'C,Candle,photos/c.jpg');
  await writeWorkflow();
  await signInWith(100_000);
});

/** A new account with so many credits; whatever runs from here on is its. */
async function signInWith(credits: number): Promise<void> {
  const account = await signUp(app, credits);
  accountId = account.accountId;
  uploads = 0;
  client = createClient({
    baseUrl: 'http://localhost',
    key: account.key,
    giveUpAfterMs: 0,
    fetch: async (input, init) => {
      const url = new URL(String(input));
      if (init?.method === 'POST' && url.pathname === '/v1/files') uploads += 1;
      return app.call(url.pathname + url.search, init as RequestInit);
    },
  });
}

afterEach(() => app.store.query('update batches set canceled_at = now() where canceled_at is null'));

const writeTable = (...lines: string[]) =>
  writeFile(join(shop, 'shop.csv'), ['sku,name,photos', ...lines, ''].join('\n'));

const writeWorkflow = (more = '', duration = 5) =>
  writeFile(
    join(shop, 'shop.yaml'),
    `
name: shop
source: { path: shop.csv, key: sku }
prompt: '{{ name }} turns'
photos: { column: photos }
brand: [{ path: photos/style.jpg, role: style }]
duration: ${duration}
aspect_ratio: '16:9'
${more}`,
  );

function listen() {
  let written = '';
  const sink = { write: (text: string) => (written += text) };
  return {
    output: createOutput({ json: false, stdout: sink, stderr: sink, noColours: true }),
    read: () => written,
  };
}

const open = () =>
  openFile({
    file: join(shop, 'shop.yaml'),
    env: { SECRET: secret },
    client,
    signal: new AbortController().signal,
  });

async function plan(choice: Partial<Choice> = {}): Promise<WorkflowPlan> {
  const { open: opened } = await open();
  const signal = new AbortController().signal;
  return planWorkflow({ client, signal }, opened, { choice: { ...everything, ...choice }, listed: 20 });
}

/** What the plan says of each row, in its words. */
const reasons = ({ counts: { listed }, orphaned }: WorkflowPlan) => ({
  new: listed.new.map(({ key }) => key),
  changed: listed.changed.map(({ key, changes }) => `${key}: ${changes.map(describeChange).join('; ')}`),
  failed: listed.failed.map(({ key, reason }) => `${key}: ${reason}`),
  open: listed.open.map(({ key }) => key),
  invalid: listed.invalid.map(({ key, place, error }) => `${key} ${place}: ${error}`),
  orphaned: orphaned.listed,
});

const nothing = { new: [], changed: [], failed: [], open: [], invalid: [], orphaned: [] };

async function run(
  options: {
    choice?: Partial<Choice>;
    redeliver?: boolean;
    signal?: AbortSignal;
    output?: Output;
    rehearse?: boolean;
    onPlan?(): Promise<void> | void;
  } = {},
): Promise<RunOutcome> {
  return runOpened({
    client,
    opened: await open(),
    output: options.output ?? listen().output,
    rehearse: options.rehearse ?? false,
    choice: { ...everything, ...options.choice },
    folder: join(shop, 'out'),
    confirm: async () => options.onPlan?.(),
    detach: false,
    redeliver: options.redeliver ?? false,
    waitForCaps: false,
    signal: options.signal ?? new AbortController().signal,
  });
}

const serving = <T>(work: () => Promise<T>, fails: readonly string[] = []) =>
  whileServing(app, accountId, work, fails);

const made = async () =>
  (
    await app.store.query<{ key: string }>(
      `select v.key || ' ' || v.number || ' ' || v.state as key from version_states v where v.account_id = $1
      order by v.key, v.number`,
      [accountId],
    )
  ).map(({ key }) => key);

describe('a plan', () => {
  it('of 500 rows at 5 s says what they cost, in credits, at list price and in packs (R58, I5)', async () => {
    await writeTable(...Array.from({ length: 500 }, (_, index) => `S-${index},Thing ${index},photos/a.jpg`));
    const planned = await plan();
    assert.deepEqual([planned.toMake, planned.price.credits], [500, 151_500]);
    const { output, read } = listen();
    printPlan(output, planned);
    for (const words of ['500 to make', '151,500', '$1,515', '$1,262.50 at Max', '13 packs, $1,300'])
      assert.ok(read().includes(words), `${words} in ${read()}`);
    assert.match(read(), /stops +after row 330: 100,0\d\d credits are available/);
    assert.match(read(), /480 more/);
  });

  it('prices an engine that is not set up, and says so', async () => {
    await writeWorkflow('engine: fal');
    const planned = await plan();
    assert.deepEqual(
      [planned.engine.isSetUp, planned.price.credits, planned.price.listUsdCents],
      [false, 909, 909],
    );
    await writeWorkflow('engine: sora');
    await assert.rejects(plan(), { message: 'engine: there is no engine "sora".' });
  });

  it('says where a budget and a cap would stop it, whichever is first', async () => {
    await client.budgets.create({
      name: 'spring',
      scope: 'account',
      period: 'daily',
      limit_credits: 700,
    });
    assert.match((await plan()).stop?.reason ?? '', /^the budget "spring" has 700 of 700 credits left$/);
    assert.equal((await plan()).stop?.afterRow, 2);
    await writeWorkflow('caps: { credits: 400 }');
    const { stop } = await plan();
    assert.deepEqual([stop?.afterRow, stop?.by], [1, 'cap']);
  });

  it('reads each row by itself: an empty name, a missing photo, a row that is not wanted', async () => {
    await writeTable(
      'A,Mug,photos/a.jpg',
      'B,,photos/b.jpg',
      'C,Candle,photos/none.jpg',
      'D,Tin,photos/a.jpg',
    );
    const { invalid, new: fresh } = reasons(await plan());
    assert.deepEqual(fresh, ['A', 'D']);
    assert.match(invalid[0] ?? '', /^B line 3: prompt: \{\{ name \}\} is empty\. Fill the column/);
    assert.match(invalid[1] ?? '', /^C line 4: There is no file .*none\.jpg\.$/);
    await writeWorkflow('where: { name: Tin }');
    assert.deepEqual(reasons(await plan()).new, ['D']);
    await assert.rejects(plan({ only: ['A'] }), /--only A/);
    await writeWorkflow('where: { colour: red }');
    await assert.rejects(plan(), /where: shop\.csv has no column "colour"/);
  });
});

describe('a plan of a hostile catalogue', () => {
  it('gives each wrong row its own clear error, and lets the good ones through', async () => {
    await writeHostileCatalogue(shop);
    await writeFile(
      join(shop, 'shop.yaml'),
      `
name: hostile
source: { path: catalogue.csv, key: sku }
prompt: '{{ name }} turns'
photos: { column: photos }
duration: 5
aspect_ratio: '16:9'
`,
    );
    const { open: opened } = await open();
    const { signal } = new AbortController();
    const { counts } = await planWorkflow({ client, signal }, opened, { choice: everything, listed: 1_000 });
    const wrong = hostileRows.filter(({ refusedBy }) => refusedBy !== 'good');
    assert.deepEqual(
      counts.listed.new.map(({ key }) => key),
      hostileRows.filter(({ refusedBy }) => refusedBy === 'good').map(({ key }) => key),
    );
    assert.equal(counts.invalid, wrong.length);
    for (const { key, why, line } of wrong)
      assert.ok(
        counts.listed.invalid.some(
          (row) => (key === undefined || row.key === key) && why?.test(row.error) === true,
        ),
        `${line.slice(0, 80)}: ${why}`,
      );
  });
});

describe('a run', () => {
  it('makes every row once, and afterwards exactly what has changed and why (R51, R56)', async () => {
    await copyFile(photo('MUG-01/1.jpg'), join(shop, 'photos', 'c.jpg'));
    const first = await serving(() => run());
    assert.deepEqual(await made(), ['A 1 made', 'B 1 made', 'C 1 made']);
    assert.equal(uploads, 3, 'two photos have the same content');
    assert.deepEqual(
      [first.folder?.made, first.folder?.credits, first.progress?.credits.charged],
      [3, 909, 909],
    );
    assert.equal(await readFile(join(shop, 'out', 'videos', 'A.mp4'), 'utf8'), 'Mug turns');
    assert.match(
      await readFile(join(shop, 'out', 'results.csv'), 'utf8'),
      /^A,complete,gen_\w+,5,1280,720,/m,
    );

    const second = await plan();
    assert.deepEqual([reasons(second), second.toMake, second.price.credits], [nothing, 0, 0]);

    await writeTable('A,Mug,photos/a.jpg', 'B,Light,photos/b.jpg', 'C,Candle,photos/c.jpg');
    await copyFile(photo('CNDL-06/2.jpg'), join(shop, 'photos', 'c.jpg'));
    assert.deepEqual(reasons(await plan()), {
      ...nothing,
      changed: ['B: name changed', 'C: photo photos/c.jpg: other content'],
    });
    await copyFile(photo('BOTL-03/1.jpg'), join(shop, 'photos', 'style.jpg'));
    assert.deepEqual(reasons(await plan()), {
      ...nothing,
      changed: [
        'A: brand image photos/style.jpg: other content',
        'B: name changed; brand image photos/style.jpg: other content',
        'C: photo photos/c.jpg: other content; brand image photos/style.jpg: other content',
      ],
    });

    await copyFile(photo('HEAD-05/1.jpg'), join(shop, 'photos', 'style.jpg'));
    await serving(() => run());
    assert.deepEqual(await made(), ['A 1 made', 'B 1 made', 'B 2 made', 'C 1 made', 'C 2 made']);
    assert.equal(await readFile(join(shop, 'out', 'videos', 'B.mp4'), 'utf8'), 'Light turns');
    await writeTable('A,Mug,photos/a.jpg', 'C,Candle,photos/c.jpg');
    assert.deepEqual(reasons(await plan()), { ...nothing, orphaned: ['B'] });
  });

  it('that nobody watches any more goes on, and the next one joins it', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    const first = await run({
      signal: stop.signal,
      onPlan: () => void setTimeout(() => stop.abort(reason), 700),
    });
    assert.equal(first.stoppedBy, reason);
    const between = await plan();
    assert.deepEqual(reasons(between), { ...nothing, open: ['A', 'B', 'C'] });
    assert.equal(between.toMake, 0);
    const second = await serving(() => run());
    assert.deepEqual(second.batchIds, first.batchIds);
    assert.deepEqual([second.sent, second.progress?.made], [undefined, 3]);
    assert.deepEqual(await made(), ['A 1 made', 'B 1 made', 'C 1 made']);
  });

  it('that comes back leaves what was refused before to the run that saw it, and counts nothing twice', async () => {
    const stop = new AbortController();
    await run({
      signal: stop.signal,
      onPlan: () => void setTimeout(() => stop.abort(new Error('enough')), 700),
    });
    const reason = { reason: 'refused', code: 'reference_not_found', detail: 'It was not there.' };
    await app.store.query(
      `update batch_rows set state = 'refused', reason = $2 where account_id = $1 and number = 3`,
      [accountId, JSON.stringify(reason)],
    );
    assert.deepEqual(reasons(await plan()), {
      ...nothing,
      open: ['A', 'B'],
      failed: ['C: It was not there.'],
    });
    const { output, read } = listen();
    const second = await serving(() => run({ output }));
    const { rows, made: ready, failed, reasons: why } = second.progress ?? {};
    assert.deepEqual([rows, ready, failed, why?.size], [3, 3, 0, 0]);
    concludeRun(output, second, 'again');
    assert.doesNotMatch(read(), /It was not there/);
    assert.equal(read().match(/✓/g)?.length, 3);
  });

  it('that was killed leaves the rows of its plan to the next one, which removes them', async () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    const spool = await createSpool({ parent: shop });
    const [user] = await readdir(shop).then((names) =>
      names.filter((name) => name.startsWith('kinora-plans')),
    );
    const spools = join(shop, user ?? '');
    const [own = ''] = await readdir(spools);
    await mkdir(join(spools, own.replace(`-${process.pid}-`, `-${dead}-`)));
    await mkdir(join(spools, `elsewhere-${dead}-abcdef`));
    const next = await createSpool({ parent: shop });
    assert.equal((await readdir(spools)).length, 3, 'one that runs, one of another machine, and the new one');
    await Promise.all([spool.close(), next.close()]);
    assert.deepEqual(await readdir(spools), [`elsewhere-${dead}-abcdef`]);
  });

  it('tries a failed row again as the next version, unless it is told not to', async () => {
    const first = await serving(() => run(), ['Lamp turns']);
    assert.equal(first.progress?.failed, 1);
    assert.throws(
      () => concludeRun(listen().output, first, 'again'),
      /1 of 3 rows have no video \(1 × The engine fell over\.\)/,
    );
    assert.deepEqual(reasons(await plan()), { ...nothing, failed: ['B: The engine fell over.'] });
    assert.equal((await plan({ retry: 'none' })).toMake, 0);
    assert.equal((await plan({ retry: 'all', onlyFailed: true })).toMake, 1);
    await serving(() => run());
    assert.deepEqual(await made(), ['A 1 made', 'B 1 failed', 'B 2 made', 'C 1 made']);
  });

  it('tells programs of a plan under the names that are documented, and no others', async () => {
    await serving(() => run(), ['Lamp turns']);
    await writeTable('A,Cup,photos/a.jpg', 'B,Lamp,photos/b.jpg', 'D,,photos/c.jpg');
    let written = '';
    const stdout = { write: (text: string) => (written += text) };
    const output = createOutput({ json: true, stdout, stderr: { write: () => {} }, noColours: true });
    printPlan(output, await plan());
    const manual = await readFile(new URL('../../../docs/catalogues.md', import.meta.url), 'utf8');
    const names = new Set<string>();
    JSON.parse(written, (name, value: unknown) => {
      if (!/^\d*$/.test(name)) names.add(name);
      return value;
    });
    assert.ok(names.has('left_alone') && names.has('changes') && names.has('error'), [...names].join());
    assert.deepEqual(
      [...names].filter((name) => !manual.includes(`\`${name}\``)),
      [],
    );
  });

  it('parks rows at a cap, says why, and makes the rest when it is raised', async () => {
    await writeWorkflow('caps: { credits: 700 }');
    const first = await serving(() => run());
    assert.deepEqual([first.progress?.made, first.progress?.parked], [2, 1]);
    assert.throws(
      () => concludeRun(listen().output, first, 'again'),
      /1 row waits for the budget "Caps of shop": 606 of 700 credits are used/,
    );
    await writeWorkflow('caps: { credits: 1000 }');
    await serving(() => run());
    assert.deepEqual(await made(), ['A 1 made', 'B 1 made', 'C 1 made']);
  });

  it('comes back when credits are out, though only the first row without was looked at', async () => {
    await signInWith(400);
    const first = await serving(() => run({ signal: AbortSignal.timeout(20_000) }));
    assert.deepEqual(
      [first.stoppedBy, first.progress?.made, first.progress?.parked, first.progress?.waiting],
      [undefined, 1, 2, 0],
    );
    assert.throws(() => concludeRun(listen().output, first, 'again'), {
      code: 'insufficient_credits',
      message: /2 rows wait for credits: 147 are available/,
    });
    const bought = { credits: 1_000, reason: 'pack' };
    await app.json('POST', `/v1/accounts/${accountId}/grants`, { key: operatorKey, body: bought });
    await serving(() => run({ signal: AbortSignal.timeout(20_000) }));
    assert.deepEqual(await made(), ['A 1 made', 'B 1 made', 'C 1 made']);
  });

  it('does not send a photo that has changed since it was planned, and makes the other rows', async () => {
    const outcome = await serving(() =>
      run({ onPlan: () => copyFile(photo('LAMP-04/2.jpg'), join(shop, 'photos', 'b.jpg')) }),
    );
    assert.deepEqual(await made(), ['A 1 made', 'C 1 made']);
    assert.match(outcome.sent?.faults[0]?.error ?? '', /b\.jpg has changed since it was planned/);
  });

  it('of the first rows makes those, however often it is asked', async () => {
    await serving(() => run({ choice: { limit: 2 } }));
    await serving(() => run({ choice: { limit: 2 } }));
    assert.deepEqual(await made(), ['A 1 made', 'B 1 made']);
  });

  it('of some rows leaves the files of all of them as they are', async () => {
    await writeWorkflow('publish: true\nsink: [{ path: videos.csv, allow_local: true }]');
    await serving(() => run());
    const whole = await readFile(join(shop, 'videos.csv'), 'utf8');
    assert.equal(whole.trim().split('\n').length, 4);
    await writeTable('A,Cup,photos/a.jpg', 'B,Lamp,photos/b.jpg', 'C,Candle,photos/c.jpg');
    await serving(() => run({ choice: { only: ['A'] } }));
    assert.deepEqual(await made(), ['A 1 made', 'A 2 made', 'B 1 made', 'C 1 made']);
    assert.equal(await readFile(join(shop, 'videos.csv'), 'utf8'), whole);
  });

  it('keeps the last good video in its files when a newer one fails or its row has become wrong', async () => {
    await writeWorkflow('publish: true\nsink: [{ path: feed.xml, allow_local: true }]');
    const feed = async () =>
      [...(await readFile(join(shop, 'feed.xml'), 'utf8')).matchAll(/video_link>[^<]*\/(\w+)\.mp4/g)].map(
        ([, key]) => key,
      );
    await serving(() => run());
    assert.deepEqual(await feed(), ['A', 'B', 'C']);
    await writeTable('A,Mug,photos/a.jpg', 'B,Light,photos/b.jpg', 'C,,photos/c.jpg', 'A,Twice,photos/a.jpg');
    await serving(() => run(), ['Light turns']);
    assert.deepEqual(await made(), ['A 1 made', 'B 1 made', 'B 2 failed', 'C 1 made']);
    assert.deepEqual(await feed(), ['A', 'B', 'C']);
  });

  describe('with a webhook for a sink', () => {
    /** What one run tells the receiver: `key version`. */
    const told = async (options: Parameters<typeof run>[0] = {}) => {
      receiver.received.length = 0;
      const outcome = await serving(() => run(options)).catch((error: unknown) => {
        if (options.signal?.aborted === true) return undefined;
        throw error;
      });
      const messages = receiver.received.map(({ body }) => JSON.parse(body).data);
      return { messages: messages.map(({ key, version }) => `${key} ${version}`).sort(), outcome };
    };
    const published = async (value: boolean) => client.workflows.change('shop', { published: value });

    beforeEach(async () => {
      receiver.answer = (_, response) => response.writeHead(204).end();
      await writeWorkflow(
        `publish: true\nsink: [{ url: '${receiver.origin}/videos', secret_env: SECRET, allow_local: true }]`,
      );
    });

    it('tells it of what has changed since it was told, and of all where that is asked for', async () => {
      assert.deepEqual((await told()).messages, ['A 1', 'B 1', 'C 1']);
      const again = await told();
      assert.deepEqual([again.messages, again.outcome?.sinks[0]?.report.delivered], [[], 3]);
      await writeTable('A2,Mug,photos/a.jpg', 'B,Light,photos/b.jpg', 'C,Candle,photos/c.jpg');
      assert.deepEqual((await told()).messages, ['A2 1', 'B 2'], 'another key, another version');
      const [b] = (await client.records.list({ key: 'B' })).data;
      await client.records.rollBack(b?.id ?? '', 1);
      assert.deepEqual((await told()).messages, ['B 1']);
      await client.records.rollBack(b?.id ?? '', null);
      await client.records.reject(b?.id ?? '', 2, { reason: 'other' });
      assert.deepEqual((await told()).messages, [], 'it shows what it was told of last');
      assert.deepEqual((await told({ redeliver: true })).messages, ['A2 1', 'B 1', 'C 1']);
      await published(false);
      assert.deepEqual((await told()).messages, ['A2 1', 'B 1', 'C 1'], 'their addresses are others now');
      await writeWorkflow(
        `publish: true\nsink: [{ url: '${receiver.origin}/other', secret_env: SECRET, allow_local: true }]`,
      );
      assert.deepEqual((await told()).messages, ['A2 1', 'B 1', 'C 1'], 'a sink of its own');
    });

    it('has an id for each telling, and tells it of what shows nothing any more', async () => {
      const ids: string[] = [];
      const tell = async (options?: Parameters<typeof run>[0]) => {
        const { messages } = await told(options);
        ids.push(...receiver.received.map(({ headers }) => String(headers['webhook-id'])));
        const urls = receiver.received.map(({ body }) => JSON.parse(body).data.video_url === null);
        return [...messages, ...(urls.includes(true) ? ['no video'] : [])];
      };
      await tell();
      await writeTable('A,Mug,photos/a.jpg', 'B,Light,photos/b.jpg', 'C,Candle,photos/c.jpg');
      assert.deepEqual(await tell(), ['B 2']);
      const [b] = (await client.records.list({ key: 'B' })).data;
      for (const version of [1, 2, 1]) {
        await client.records.rollBack(b?.id ?? '', version);
        assert.deepEqual(await tell(), [`B ${version}`]);
      }
      for (const version of [1, 2])
        await client.records.reject(b?.id ?? '', version, { reason: 'wrong_product' });
      assert.deepEqual(await tell(), ['B null', 'no video']);
      assert.deepEqual(await tell(), [], 'once');
      await client.records.approve(b?.id ?? '', 2);
      assert.deepEqual(await tell(), ['B 2']);
      assert.equal(new Set(ids).size, ids.length, ids.join());

      // Not published: every address of it is dead.
      await writeWorkflow(
        `publish: false\nsink: [{ url: '${receiver.origin}/videos', secret_env: SECRET, allow_local: true }]`,
      );
      assert.deepEqual(await tell(), ['A null', 'B null', 'C null', 'no video']);
    });

    it('tells it once more of what it did not acknowledge, and of nothing that it did', async () => {
      const stopping = new AbortController();
      receiver.answer = ({ body }, response) => {
        if (JSON.parse(body).data.key === 'B') {
          stopping.abort(new Error('stopped'));
          response.destroy();
        } else response.writeHead(204).end();
      };
      assert.deepEqual((await told({ signal: stopping.signal })).messages, ['A 1', 'B 1']);
      const idOfB = () =>
        receiver.received.find(({ body }) => JSON.parse(body).data.key === 'B')?.headers['webhook-id'];
      const first = idOfB();
      receiver.answer = ({ body }, response) =>
        response.writeHead(JSON.parse(body).data.key === 'B' ? 204 : 410).end();
      const second = await told();
      assert.deepEqual(second.messages, ['B 1', 'C 1']);
      assert.equal(idOfB(), first, 'the same message again');
      assert.deepEqual(second.outcome?.sinks[0]?.report.refusals.length, 1, 'C is refused');
      assert.deepEqual((await told()).messages, ['C 1']);
    });
  });

  it('tells a sink that cannot be before anything is made', async () => {
    await writeWorkflow(
      "sink: [{ driver: postgres, url_env: NOWHERE, update: 'delete from products', values: [key] }]",
    );
    await assert.rejects(run(), /delete|update|NOWHERE/i);
    assert.deepEqual(await made(), []);
  });
});
