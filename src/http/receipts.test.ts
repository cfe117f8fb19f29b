import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { createTestApp, operatorKey, signUp } from '../../test/app.ts';
import { deliverNext, failNext } from '../../test/ended.ts';
import { createClient, KinoraError, verifyReceipts } from '../client/index.ts';
import type { Generation } from '../contract/generation.ts';
import type { Problem } from '../contract/problem.ts';
import type { GenerationReceipt } from '../contract/receipt.ts';
import { receiptBodySchema } from '../contract/receipt.ts';
import { priceBooks } from '../domain/price-book.ts';
import { findImbalances } from '../store/ledger.ts';

const app = await createTestApp({ priceBook: priceBooks.published });
const owner = await signUp(app, 10_000);
const stranger = await signUp(app);

const clientWith = (key: string) =>
  createClient({
    baseUrl: 'http://kinora.test',
    key,
    fetch: async (url, init) => app.call(String(url).replace('http://kinora.test', ''), init),
  });
const client = clientWith(owner.key);
const operator = clientWith(operatorKey);

const verify = () => verifyReceipts(client.receipts.pages({ limit: 2 }));

const submit = () =>
  client.generations.submit('text-to-video', { prompt: 'a calm morning', duration: 5, aspect_ratio: '16:9' });

test('a delivered video has a receipt that says what was held, used, delivered and charged', async () => {
  const { id } = await submit();
  await assert.rejects(client.receipts.get(id), { code: 'invalid_state' });
  await deliverNext(app.store, 242);
  const receipt = await client.receipts.get(id);
  assert.deepEqual([receipt.number, receipt.previous_hash, receipt.earlier], [1, '', []]);
  const body = receiptBodySchema.parse(JSON.parse(receipt.body));
  assert.equal(body.generation_id, id);
  assert.deepEqual([body.hold.credits, body.end.charged, body.end.returned], [303, 242, 61]);
  assert.deepEqual(
    [body.end.kind, body.price_book, body.output?.durationSeconds],
    ['settle', 'published@1', 5],
  );
  const bytes = `${receipt.previous_hash}\n${receipt.body}`;
  assert.equal(createHash('sha256').update(bytes).digest('hex'), receipt.hash);
});

test('a refund adds a receipt, latest first, and a failure has one that charges nothing', async () => {
  const { id } = await submit();
  await deliverNext(app.store, 303);
  await operator.ledger.refund(id, { credits: 100, reason: 'the logo was wrong' });
  const { earlier, ...latest } = await client.receipts.get(id);
  assert.deepEqual([latest.number, earlier.map(({ number }) => number)], [3, [2]]);
  assert.partialDeepStrictEqual(JSON.parse(latest.body), {
    end: { kind: 'refund', charged: 0, returned: 100, reason: 'the logo was wrong' },
  });
  const failed = await submit();
  await failNext(app.store);
  const body = JSON.parse((await client.receipts.get(failed.id)).body);
  assert.partialDeepStrictEqual(body, { end: { kind: 'release', charged: 0, returned: 303 }, output: null });
});

test('the chain is whole, page by page, for its account and for the operator', async () => {
  const verdict = await verify();
  assert.deepEqual([verdict.whole, verdict.whole && verdict.receipts], [true, 4]);
  const seen = await verifyReceipts(operator.receipts.pages({ accountId: owner.accountId }));
  assert.deepEqual(seen, verdict);
  const empty = await verifyReceipts(clientWith(stranger.key).receipts.pages());
  assert.deepEqual(empty, { whole: true, receipts: 0, hash: '' });
});

test('nobody else sees a receipt', async () => {
  const { data } = await client.receipts.list();
  const id = data[0]?.generation_id ?? '';
  await assert.rejects(clientWith(stranger.key).receipts.get(id), { code: 'not_found' });
  await assert.rejects(client.receipts.list({ accountId: stranger.accountId }), { code: 'forbidden' });
  const nobody = operator.receipts.list({ accountId: 'acc_nobody' });
  await assert.rejects(nobody, (error) => error instanceof KinoraError && error.status === 404);
  const missing = await app.json<Problem>('GET', '/v1/generations/gen_x/receipt', { key: owner.key });
  assert.equal(missing.status, 404);
});

/** Changes what nobody can change, and puts it back: with the trigger away, as somebody with the password would. */
async function tamper(sql: string, look: () => Promise<void>): Promise<void> {
  const rows = 'select number, body, hash, previous_hash, generation_id from receipts order by number';
  const before = await app.store.query<GenerationReceipt>(rows);
  await app.store.query('alter table receipts disable trigger append_only');
  await app.store.query(sql);
  await look();
  for (const row of before)
    await app.store.query(
      'update receipts set body = $2, hash = $3, previous_hash = $4, generation_id = $5 where number = $1',
      [row.number, row.body, row.hash, row.previous_hash, row.generation_id],
    );
  await app.store.query('alter table receipts enable trigger append_only');
}

const breaksAt = async (number: number, fault: RegExp) => {
  const verdict = await verify();
  assert.ok(!verdict.whole, 'the chain is said to be whole');
  assert.equal(verdict.number, number);
  assert.match(verdict.fault, fault);
  assert.ok((await findImbalances(app.store)).some(({ what }) => what === 'receipts'));
};

test('one changed byte of one receipt is found, and named', async () => {
  const oneByte = `update receipts set body = overlay(body placing '9' from position('"charged": 303' in body) + 11 for 1)
    where number = 2`;
  await tamper(oneByte, () => breaksAt(2, /it was changed/));
  assert.ok((await verify()).whole);
});

test('a changed receipt whose hash was made again is found at the next one, or at the head', async () => {
  const forge = (number: number) => `update receipts set body = replace(body, '"charged"', '"Charged"'),
    hash = encode(sha256(convert_to(previous_hash || E'\\n' || replace(body, '"charged"', '"Charged"'), 'UTF8')), 'hex')
    where number = ${number}`;
  await tamper(forge(2), () => breaksAt(3, /follows/));
  await tamper(forge(4), () => breaksAt(4, /the balance names/));
});

test('receipts that are missing from the middle or from the end are found', async () => {
  const without = async (number: number, expected: RegExp) => {
    const pages = client.receipts.pages({ limit: 2 });
    async function* cut() {
      for await (const page of pages)
        yield { ...page, data: page.data.filter((receipt) => receipt.number !== number) };
    }
    const verdict = await verifyReceipts(cut());
    assert.ok(!verdict.whole);
    assert.equal(verdict.number, number);
    assert.match(verdict.fault, expected);
  };
  await without(2, /after number 1 comes 3/);
  await without(4, /counts 4 receipts, and there are 3/);
});

test('a receipt that is filed with another generation is found', async () => {
  const other: Generation = await submit();
  await tamper(`update receipts set generation_id = '${other.id}' where number = 1`, async () => {
    const verdict = await verify();
    assert.ok(!verdict.whole && verdict.number === 1);
    assert.match(verdict.fault, /generation_id/);
  });
});
