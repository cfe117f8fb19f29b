import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openAccount } from '../../test/accounts.ts';
import { setClock } from '../../test/clock.ts';
import { createTestDatabase } from '../../test/database.ts';
import { claimGeneration, newGeneration, samplePlan } from '../../test/generations.ts';
import { histories, type Step } from '../../test/histories.ts';
import * as books from '../domain/books.ts';
import type { ClaimedGeneration } from './claim-generation.ts';
import { completeGeneration, failGeneration, requeueGeneration } from './end-generation.ts';
import {
  adoptLateOutput,
  expireDueGrants,
  findImbalances,
  grantCredits,
  readBalances,
  refundGeneration,
  withdrawCredits,
} from './ledger.ts';
import { newId } from './new-id.ts';
import { submitGeneration } from './submit-generation.ts';

const { store } = await createTestDatabase();

const hour = 3_600_000;
const start = Date.UTC(2031, 2, 30, 20);

let played = 0;

test('after every step of any history, books and model say the same, and the books balance', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (steps) => {
      const history = await openHistory();
      for (const step of steps) {
        await history.play(step);
        await history.compare();
      }
    }),
    { numRuns: 12, endOnFailure: true },
  );
});

/** One account, and the model of its live purse, moved together. */
async function openHistory() {
  played += 1;
  const engine = `history-${played}`;
  const owner = await openAccount(store, { concurrencyLimit: 100 });
  const accountId = owner.account.id;
  let model = books.emptyBooks(start);
  await setClock(store, new Date(start).toISOString());
  const waiting = new Set<string>();
  const working: ClaimedGeneration[] = [];
  const charges: { generation: string; kind: 'hold' | 'adopt'; credits: number }[] = [];
  const late: ClaimedGeneration[] = [];

  const takeOut = <T>(from: T[], pick: number): T | undefined => from.splice(pick % (from.length || 1), 1)[0];

  /** What the model says of a move that may be refused, and whether the database said so too. */
  const expect = (next: books.Books | undefined, refused: boolean) => {
    assert.equal(refused, next === undefined);
    if (next !== undefined) model = next;
    return next !== undefined;
  };

  const give = async (grant: Omit<Extract<Step, { do: 'grant' }>, 'do'>, source: 'grant' | 'adjustment') => {
    const expiresAt = grant.hours === undefined ? undefined : model.now + grant.hours * hour;
    const { credits, priority, purchased } = grant;
    const entry = await grantCredits(store, {
      accountId,
      purse: 'live',
      credits,
      source: source === 'adjustment' ? source : purchased ? 'pack' : 'operator',
      reason: 'test',
      priority,
      expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt),
    });
    const [row] = await store.query<{ id: string }>(
      'select grants->0->>0 as id from ledger_entries where id = $1',
      [entry?.id],
    );
    model = books.give(model, { id: row?.id ?? '', priority, expiresAt, purchased, amount: credits });
  };

  const play = async (step: Step): Promise<void> => {
    switch (step.do) {
      case 'grant':
        return give(step, 'grant');
      case 'wait':
        model = { ...model, now: model.now + step.hours * hour };
        return setClock(store, new Date(model.now).toISOString());
      case 'expire':
        await expireDueGrants(store, 100);
        model = books.expire(model);
        return;
      case 'hold': {
        const { credits, tags } = step;
        const price = { credits, usdCents: credits };
        const plan = { ...samplePlan, engine };
        const submitted = await submitGeneration(
          store,
          newGeneration(owner, { price, plan, tags }),
          undefined,
        );
        const generation = submitted.status === 'accepted' ? submitted.generation.id : 'refused';
        const accepted = expect(
          books.book(model, { generation, kind: 'hold', tags, credits }),
          submitted.status !== 'accepted',
        );
        // What has run out is found out also where the hold is refused.
        if (!accepted) model = books.expire(model);
        else waiting.add(generation);
        return;
      }
      case 'claim': {
        const claimed = await claimGeneration(store, { engine, leaseSeconds: 60 });
        assert.equal(claimed !== undefined, waiting.size > 0);
        if (claimed === undefined) return;
        waiting.delete(claimed.id);
        working.push(claimed);
        return;
      }
      case 'retry': {
        const claimed = takeOut(working, step.pick);
        if (claimed === undefined) return;
        await requeueGeneration(store, claimed, { result: 'lost', message: 'test', waitSeconds: 0 });
        waiting.add(claimed.id);
        return;
      }
      case 'settle': {
        const claimed = takeOut(working, step.pick);
        if (claimed === undefined) return;
        const credits = Math.floor(claimed.priceCredits * step.share);
        await completeGeneration(store, claimed, { ...delivery, chargedCredits: credits });
        model = books.endHold(model, claimed.id, credits);
        charges.push({ generation: claimed.id, kind: 'hold', credits });
        late.push(claimed);
        return;
      }
      case 'release': {
        const claimed = takeOut(working, step.pick);
        if (claimed === undefined) return;
        await failGeneration(store, claimed, { code: 'engine_failed', message: 'test' });
        model = books.endHold(model, claimed.id, 0);
        late.push(claimed);
        return;
      }
      case 'refund': {
        const charge = takeOut(charges, step.pick);
        if (charge === undefined || charge.credits === 0) return;
        const { generation, kind } = charge;
        const credits = Math.max(1, Math.floor(charge.credits * step.share));
        const order = {
          generationId: generation,
          reason: 'test',
          charge: kind === 'hold' ? 'settle' : kind,
        } as const;
        const tooMany = { ...order, credits: charge.credits + 1 };
        assert.ok(isRefusal(await store.transaction((db) => refundGeneration(db, tooMany))));
        await store.transaction((db) => refundGeneration(db, { ...order, credits }));
        model = books.refund(model, generation, kind, credits);
        assert.ok(isRefusal(await store.transaction((db) => refundGeneration(db, { ...order, credits }))));
        return;
      }
      case 'adjust': {
        const { credits } = step;
        if (credits > 0)
          return give({ credits, priority: 0, hours: undefined, purchased: false }, 'adjustment');
        if (credits === 0) return;
        const order = { accountId, purse: 'live', credits: -credits, reason: 'test' } as const;
        expect(books.withdraw(model, -credits), isRefusal(await withdrawCredits(store, order)));
        return;
      }
      case 'adopt': {
        const claimed = takeOut(late, step.pick);
        if (claimed === undefined) return;
        const { attemptId, id: generation, tags } = claimed;
        await store.query(
          `update attempts set late_output_file_id = 'file_v', late_poster_file_id = 'file_p',
            late_output_facts = '{"kind": "video", "contentType": "video/mp4"}' where id = $1`,
          [attemptId],
        );
        const { credits } = step;
        const adopt = () => adoptLateOutput(store, attemptId, credits);
        const adopted = await adopt();
        if (!expect(books.book(model, { generation, kind: 'adopt', tags, credits }), isRefusal(adopted)))
          return;
        assert.equal(adopted, true);
        assert.equal(await adopt(), false);
        charges.push({ generation, kind: 'adopt', credits });
        return;
      }
      case 'budget': {
        const id = newId('budget');
        const { tag, period, limit, action } = step;
        await store.query('select from create_budget(jsonb_populate_record(null::budgets, $1::jsonb))', [
          JSON.stringify({
            id,
            account_id: accountId,
            purse: 'live',
            name: 'test',
            scope: tag === undefined ? 'account' : 'tag',
            scope_value: tag,
            period,
            limit_credits: limit,
            action,
          }),
        ]);
        const scope = tag === undefined ? 'account' : 'tag';
        model = books.makeBudget(model, { id, scope, scopeValue: tag, period, limit, action });
      }
    }
  };

  const compare = async () => {
    assert.deepEqual((await readBalances(store, accountId)).live, books.balanceOf(model));
    const grants = await store.query(
      `select id, remaining, held, spent, expired, withdrawn from grants
      where account_id = $1 and purse = 'live' order by created_at`,
      [accountId],
    );
    assert.deepEqual(
      grants,
      model.grants.map(({ id, remaining, held, spent, expired, withdrawn }) => ({
        id,
        remaining,
        held,
        spent,
        expired,
        withdrawn,
      })),
    );
    const usage = await store.query<{ key: string; used: number }>(
      `select u.budget_id || ' ' || case b.scope when 'account' then 'account' else u.value end || ' '
        || u.period_start as key, u.used
      from budget_usage u join budgets b on b.id = u.budget_id where b.account_id = $1 and u.used <> 0`,
      [accountId],
    );
    assert.deepEqual(
      new Map(usage.map(({ key, used }) => [key, used] as const).toSorted()),
      new Map([...books.usageOf(model)].toSorted()),
    );
    assert.deepEqual(await findImbalances(store), []);
  };

  return { play, compare };
}

const delivery = {
  outputFileId: 'file_v',
  posterFileId: 'file_p',
  outputFacts: { kind: 'video', contentType: 'video/mp4', sizeBytes: 1 } as const,
  storyboard: null,
  notes: [],
  checks: [],
};

const isRefusal = (answer: unknown) =>
  typeof answer === 'object' && answer !== null && 'reason' in answer && !('id' in answer);
