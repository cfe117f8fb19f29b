import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openAccount } from '../../test/accounts.ts';
import { createTestDatabase } from '../../test/database.ts';
import { claimGeneration, newGeneration, samplePlan } from '../../test/generations.ts';
import { applyEntry, type Balance, grant, hold, releaseHold, settleHold } from '../domain/credits.ts';
import type { ClaimedGeneration } from './claim-generation.ts';
import { cancelGeneration, completeGeneration, failGeneration } from './end-generation.ts';
import { findImbalances, grantCredits, readBalances } from './ledger.ts';
import { submitGeneration } from './submit-generation.ts';

const { store } = await createTestDatabase();

type Step =
  | { do: 'grant'; credits: number }
  | { do: 'submit'; credits: number }
  | { do: 'claim' }
  | { do: 'complete'; share: number }
  | { do: 'fail' }
  | { do: 'cancel' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('grant' as const), credits: fc.integer({ min: 1, max: 2_000 }) }),
  fc.record({ do: fc.constant('submit' as const), credits: fc.integer({ min: 0, max: 907 }) }),
  fc.constant({ do: 'claim' as const }),
  fc.record({ do: fc.constant('complete' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.constant({ do: 'fail' as const }),
  fc.constant({ do: 'cancel' as const }),
);

let histories = 0;

test('after every step of any history the balance is what the pure ledger says, and the books balance', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      histories += 1;
      const engine = `history-${histories}`;
      const owner = await openAccount(store);
      const accountId = owner.account.id;
      let expected: Balance = { available: 0, held: 0 };
      const waiting = new Map<string, number>();
      const leased: ClaimedGeneration[] = [];

      for (const one of steps) {
        if (one.do === 'grant') {
          await grantCredits(store, {
            accountId,
            purse: 'live',
            credits: one.credits,
            source: 'operator',
            reason: 'test',
          });
          expected = applyEntry(expected, grant(one.credits));
        } else if (one.do === 'submit') {
          const price = { credits: one.credits, usdCents: one.credits };
          const plan = { ...samplePlan, engine };
          const submitted = await submitGeneration(store, newGeneration(owner, { price, plan }), undefined);
          assert.equal(submitted.status === 'accepted', expected.available >= one.credits);
          if (submitted.status === 'accepted') {
            waiting.set(submitted.generation.id, one.credits);
            expected = applyEntry(expected, hold(one.credits));
          }
        } else if (one.do === 'claim') {
          const claimed = await claimGeneration(store, { engine, leaseSeconds: 60 });
          assert.equal(claimed !== undefined, waiting.size > 0 && leased.length < 10);
          if (claimed !== undefined) {
            waiting.delete(claimed.id);
            leased.push(claimed);
          }
        } else if (one.do === 'complete') {
          const claimed = leased.shift();
          if (claimed === undefined) continue;
          const chargedCredits = Math.floor(claimed.priceCredits * one.share);
          await completeGeneration(store, claimed, {
            chargedCredits,
            outputFileId: 'file_v',
            posterFileId: 'file_p',
            outputFacts: { kind: 'video', contentType: 'video/mp4', sizeBytes: 1 },
            storyboard: null,
            notes: [],
            checks: [],
          });
          expected = applyEntry(expected, settleHold(claimed.priceCredits, chargedCredits));
        } else if (one.do === 'fail') {
          const claimed = leased.shift();
          if (claimed === undefined) continue;
          await failGeneration(store, claimed, { code: 'engine_failed', message: 'x' });
          expected = applyEntry(expected, releaseHold(claimed.priceCredits));
        } else {
          const [next] = waiting;
          if (next === undefined) continue;
          await cancelGeneration(store, { accountId, purse: 'live' }, next[0]);
          waiting.delete(next[0]);
          expected = applyEntry(expected, releaseHold(next[1]));
        }
        assert.deepEqual((await readBalances(store, accountId)).live, expected);
      }
      assert.deepEqual(await findImbalances(store), []);
    }),
    { numRuns: 25 },
  );
});

test('a second end of one hold is refused by the database itself', async () => {
  const owner = await openAccount(store, { credits: 1_000 });
  const submitted = await submitGeneration(store, newGeneration(owner), undefined);
  assert.ok(submitted.status === 'accepted');
  const end = `insert into ledger_entries (account_id, purse, kind, generation_id, available, held, counterpart, reason)
    values ($1, 'live', $2, $3, 0, 0, 0, 'forged')`;
  await store.query(end, [owner.account.id, 'settle', submitted.generation.id]);
  await assert.rejects(
    store.query(end, [owner.account.id, 'release', submitted.generation.id]),
    /one_end_per_hold/,
  );
});

test('a balance can never go below nothing', async () => {
  const owner = await openAccount(store, { credits: 5 });
  await assert.rejects(
    store.query('update balances set available = available - 6 where account_id = $1', [owner.account.id]),
    /balances_available_check/,
  );
});
