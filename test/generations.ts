import type { Plan } from '../src/domain/plan.ts';
import type { Price } from '../src/domain/price-book.ts';
import type { Account } from '../src/store/accounts.ts';
import { type ClaimedGeneration, claimGenerations } from '../src/store/claim-generation.ts';
import type { Db } from '../src/store/db.ts';
import type { GenerationRow } from '../src/store/generation-row.ts';
import type { Key } from '../src/store/keys.ts';
import { type NewGeneration, submitGeneration } from '../src/store/submit-generation.ts';

export const samplePlan: Plan = {
  engine: 'local',
  model: 'kinora-studio-2',
  endpoint: 'text-to-video',
  prompt: 'a calm morning',
  references: [],
  durationSeconds: 5,
  aspectRatio: '16:9',
  width: 1280,
  height: 720,
  seed: 0,
  generateAudio: true,
  adjustments: [],
};

export const samplePrice: Price = { credits: 303, usdCents: 303 };

/** A new generation as the submit action would hand it to the store. */
export function newGeneration(
  owner: { account: Account; key: Key },
  changes: Partial<NewGeneration> = {},
): NewGeneration {
  return {
    accountId: owner.account.id,
    keyId: owner.key.id,
    purse: owner.key.mode,
    prompt: samplePlan.prompt,
    plan: samplePlan,
    price: samplePrice,
    priceBook: 'published@1',
    workflow: undefined,
    batchId: undefined,
    tags: [],
    endUserId: undefined,
    priority: 0,
    metadata: {},
    webhook: undefined,
    ...changes,
  };
}

/** Submits one and expects it to be accepted. */
export async function submitSample(
  db: Db,
  owner: { account: Account; key: Key },
  changes: Partial<NewGeneration> = {},
): Promise<GenerationRow> {
  const submitted = await submitGeneration(db, newGeneration(owner, changes), undefined);
  if (submitted.status !== 'accepted') throw new Error(`not accepted: ${submitted.status}`);
  return submitted.generation;
}

/** Takes the next generation for an engine, or nothing. */
export async function claimGeneration(
  db: Db,
  options: { engine: string; leaseSeconds: number },
): Promise<ClaimedGeneration | undefined> {
  const [claimed] = await claimGenerations(db, { ...options, most: 1 });
  return claimed;
}
