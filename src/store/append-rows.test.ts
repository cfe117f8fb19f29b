import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { openAccount } from '../../test/accounts.ts';
import { createTestDatabase } from '../../test/database.ts';
import { samplePlan, samplePrice, submitSample } from '../../test/generations.ts';
import { fingerprintOf } from '../../test/records.ts';
import type { VersionState } from '../domain/record.ts';
import { type AppendedRows, appendRows, ensureWorkflows, type NewRow } from './append-rows.ts';
import { insertBatch } from './batches.ts';
import { changeRow } from './change-row.ts';
import { openStore } from './db.ts';
import { FeedLost, holdChunk, nextRows, takeDueBatch } from './feed-batch.ts';
import { retryRows } from './retry-rows.ts';
import { changeWorkflow } from './workflows.ts';

const { store, url } = await createTestDatabase();
/** Two servers of one shop. */
const servers = [openStore(url, { connections: 3 }), openStore(url, { connections: 3 })] as const;
after(() => Promise.all(servers.map((server) => server.close())));

async function openShop() {
  const { account, key } = await openAccount(store, { credits: 1_000_000 });
  const owner = { accountId: account.id, purse: 'live' as const };
  const batch = async () =>
    (
      await insertBatch(store, {
        owner,
        keyId: key.id,
        name: 'run',
        priority: 0,
        ahead: 100,
        workflow: 'shop',
        tags: [],
      })
    ).id;
  return { account, key, owner, batch };
}

const row = (key: string, content: string): NewRow => ({
  request: { prompt: `${key} ${content}`, duration: 5, aspect_ratio: '16:9' },
  version: { workflow: 'shop', key, fingerprint: fingerprintOf(content), parts: { content } },
});

class Killed extends Error {}

/** Adds rows as one server does; killed, the transaction is never committed. */
async function add(
  server: 0 | 1,
  shop: Awaited<ReturnType<typeof openShop>>,
  batchId: string,
  { rows, killed }: { rows: readonly NewRow[]; killed: boolean },
): Promise<AppendedRows | undefined> {
  try {
    return await servers[server].transaction(async (db) => {
      const added = await appendRows(db, shop.owner, batchId, rows);
      if (killed) throw new Killed();
      return added;
    });
  } catch (error) {
    if (error instanceof Killed) return undefined;
    throw error;
  }
}

interface Standing {
  key: string;
  number: number;
  fingerprint: string;
  state: VersionState;
  batch: string;
  row: number;
  generation: string | null;
}

const versionsOf = (accountId: string) =>
  store.query<Standing>(
    `select v.key, v.number, v.fingerprint, s.state, v.batch_id as batch, v.row_number as row,
      s.generation_id as generation
    from record_versions v join version_states s using (account_id, purse, workflow, key, number)
    where v.account_id = $1 order by v.key, v.number`,
    [accountId],
  );

const liveStates: readonly VersionState[] = ['waiting', 'making', 'made'];

/** Numbers without gaps; the record knows its newest; nothing is made, or on its way, beside the same just before it. */
async function check(accountId: string): Promise<void> {
  const versions = await versionsOf(accountId);
  for (const [index, version] of versions.entries()) {
    const before = versions[index - 1];
    const number = before?.key === version.key ? before.number + 1 : 1;
    assert.equal(version.number, number, `${version.key} counts on`);
    if (before?.key !== version.key || before.fingerprint !== version.fingerprint) continue;
    const both = liveStates.includes(before.state) && liveStates.includes(version.state);
    assert.ok(!both, `${version.key}: v${before.number} is ${before.state} and v${number} ${version.state}`);
  }
  const astray = await store.query(
    `select r.key from records r where account_id = $1 and not exists (select from record_versions v
      where v.account_id = r.account_id and v.purse = r.purse and v.workflow = r.workflow and v.key = r.key
        and v.number = r.last_version and v.fingerprint = r.fingerprint)`,
    [accountId],
  );
  assert.deepEqual(astray, [], 'a record without its newest version');
  const kept = await store.query(
    `select r.key, r.made, r.live_version, n.state, live.number from records r
    join workflows w on w.account_id = r.account_id and w.purse = r.purse and w.name = r.workflow
    join version_states n on n.account_id = r.account_id and n.purse = r.purse and n.workflow = r.workflow
      and n.key = r.key and n.number = r.last_version
    left join lateral live_version(r, w.review) live on true
    where r.account_id = $1 and (r.made <> (n.state = 'made') or r.live_version is distinct from live.number)`,
    [accountId],
  );
  assert.deepEqual(kept, [], 'what is kept of a record is what follows from its versions');
}

/** What may become of a version next. */
const moves = {
  waiting: ['making', 'refused', 'canceled'],
  making: ['made', 'failed', 'deleted'],
} as const;

async function move(shop: Awaited<ReturnType<typeof openShop>>, version: Standing, dice: number) {
  const to =
    version.state === 'waiting' || version.state === 'making' ? moves[version.state][dice] : undefined;
  const { owner } = shop;
  const at = [owner.accountId, version.batch, version.row];
  const where = 'where account_id = $1 and batch_id = $2 and number = $3';
  if (to === 'refused' || to === 'canceled')
    await store.query(`update batch_rows set state = '${to}' ${where}`, at);
  else if (to === 'making') {
    const { id } = await submitSample(store, shop, { batchId: version.batch });
    await store.query(`update batch_rows set state = 'submitted', generation_id = $4 ${where}`, [...at, id]);
  } else if (to !== undefined)
    await store.query(
      `update generations set status = $2, outcome = $3, finished_at = now(), output_file_id = 'file_v',
        charged_credits = 0, deleted_at = case when $4 then now() end where id = $1`,
      [
        version.generation,
        to === 'failed' ? 'failed' : 'complete',
        to === 'failed' ? 'error' : 'succeeded',
        to === 'deleted',
      ],
    );
}

test('however two runs interleave and die, no version is made, or on its way, twice in a row', async () => {
  const upload = fc.record({
    // Both runs read the same few products, in orders of their own.
    rows: fc
      .uniqueArray(fc.constantFrom('A', 'B', 'C'), { minLength: 1 })
      .chain((keys) =>
        fc.tuple(...keys.map((key) => fc.constantFrom('1', '1', '2').map((content) => row(key, content)))),
      ),
    killed: fc.boolean(),
  });
  const step = fc.oneof(
    fc.record({ step: fc.constant('add' as const), uploads: fc.tuple(upload, upload) }),
    fc.record({ step: fc.constant('move' as const), pick: fc.nat(20), dice: fc.nat(2) }),
    fc.record({ step: fc.constant('retry' as const), first: upload, which: fc.constantFrom(0, 1) }),
    fc.record({ step: fc.constant('end' as const), rows: upload, dice: fc.nat(2), review: fc.boolean() }),
  );
  const accounts: string[] = [];
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 12 }), async (steps) => {
      const shop = await openShop();
      accounts.push(shop.account.id);
      const batches = [await shop.batch(), await shop.batch()] as const;
      for (const one of steps) {
        if (one.step === 'add') {
          const [mine, theirs] = one.uploads;
          await Promise.all([add(0, shop, batches[0], mine), add(1, shop, batches[1], theirs)]);
        } else if (one.step === 'move') {
          const versions = await versionsOf(shop.account.id);
          const version = versions[one.pick % Math.max(1, versions.length)];
          if (version !== undefined) await move(shop, version, one.dice);
        } else if (one.step === 'end') {
          // Everything that is being made ends while newer versions come and the workflow is reviewed, or not any more.
          const making = (await versionsOf(shop.account.id)).filter(({ state }) => state === 'making');
          const change = { review: one.review, published: undefined, publicId: 'none' };
          await Promise.all([
            ...making.map((version) => move(shop, version, one.dice)),
            add(0, shop, batches[0], one.rows),
            servers[1].transaction(async (db) => {
              await ensureWorkflows(db, shop.owner, ['shop']);
              await changeWorkflow(db, shop.owner, 'shop', change);
            }),
          ]);
        } else
          await Promise.all([
            add(0, shop, batches[0], one.first),
            servers[1].transaction((db) => retryRows(db, shop.owner, batches[one.which] ?? '')),
          ]);
        await check(shop.account.id);
      }
    }),
    { numRuns: 12, seed: 20261128 },
  );
  // As it is with records from before this was kept of them.
  const migration = await readFile(new URL('migrations/0023_live_versions.sql', import.meta.url), 'utf8');
  const [repair] = /^update records r set[^;]*;/m.exec(migration) ?? [];
  assert.ok(repair);
  await store.query('update records set made = false, live_version = null');
  await store.query(repair);
  for (const accountId of accounts) await check(accountId);
});

test('many runs at once add each row once, and every other one is told', async () => {
  const shop = await openShop();
  const rows = Array.from({ length: 60 }, (_, n) => row(`SKU-${n}`, 'same'));
  const answers = await Promise.all(
    Array.from({ length: 8 }, async (_, run) => {
      const turned = run % 2 === 0 ? rows : rows.toReversed();
      return add(run % 2 === 0 ? 0 : 1, shop, await shop.batch(), { rows: turned, killed: false });
    }),
  );
  const added = answers.map((answer) => rows.length - (answer?.skipped.length ?? 0));
  assert.equal(
    added.reduce((sum, n) => sum + n),
    rows.length,
  );
  assert.equal((await versionsOf(shop.account.id)).length, rows.length);
  await check(shop.account.id);
});

test('a row that is changed while it is made ready is not held as it was', async () => {
  const shop = await openShop();
  const batchId = await shop.batch();
  await add(0, shop, batchId, { rows: [row('A', '1')], killed: false });
  // Others' batches are due too.
  await store.query(`update batches set next_look_at = 'infinity' where id <> $1`, [batchId]);
  const batch = await takeDueBatch(store, 60);
  assert.equal(batch?.id, batchId);
  assert.ok(batch);
  const [ready] = await nextRows(store, batch, { after: 0, limit: 1 });
  assert.ok(ready);
  const changed = await store.transaction((db) =>
    changeRow(db, shop.owner, { batchId, number: 1 }, (request) => ({ ...request, duration: 4 })),
  );
  assert.equal(changed, 'changed');
  const generation = {
    ...{ accountId: shop.account.id, keyId: shop.key.id, purse: 'live' as const, prompt: 'A 1' },
    ...{ plan: samplePlan, price: samplePrice, priceBook: 'published@1', workflow: 'shop', batchId },
    ...{ tags: [], endUserId: undefined, priority: 0, metadata: {}, webhook: undefined },
  };
  const { number, revision } = ready;
  const reason = { reason: 'refused', code: 'invalid_prompt' };
  const held = await holdChunk(store, batch, [{ number, revision, generation }], () => ({
    setAside: [{ number, revision, state: 'refused', reason }],
    lookedTo: 0,
    isOver: true,
    nextLookSeconds: 60,
    stoppedBy: undefined,
  })).catch((error: unknown) => {
    if (error instanceof FeedLost) return 'lost';
    throw error;
  });
  assert.deepEqual(held, { submitted: [], refused: [], leftFrom: undefined });
  const [kept] = await store.query<{ state: string; request: { duration: number } }>(
    'select state, request from batch_rows where batch_id = $1',
    [batchId],
  );
  assert.deepEqual([kept?.state, kept?.request.duration], ['waiting', 4]);
});
