import { AppError } from '../domain/errors.ts';
import { priceOfLateOutput } from '../domain/late-output.ts';
import { writeAudit } from '../store/audit.ts';
import type { GenerationRow } from '../store/generation-row.ts';
import { adoptLateOutput as adopt } from '../store/ledger.ts';
import { findGeneration } from '../store/read-generations.ts';
import type { Caller } from './caller.ts';
import type { Deps } from './deps.ts';
import { refusalError } from './refusal-error.ts';

/**
 * Makes the video that came too late the second output of its generation, for the price of its measured length, as a
 * charge of its own on balance and budgets. Once, however often it is asked for. Throws an AppError where there is none,
 * and where it cannot be paid.
 */
export async function adoptLateOutput(
  { store }: Pick<Deps, 'store'>,
  caller: Caller,
  id: string,
): Promise<GenerationRow> {
  const generation = await findGeneration(store, caller, id);
  if (generation === undefined)
    throw new AppError('not_found', `There is no generation ${id} in this account.`);
  const late = generation.lateOutput;
  if (late === null)
    throw new AppError('invalid_state', `The generation ${id} has no late output to adopt.`, {
      hint: 'There is one where late_output is not null: a video that arrived after the generation had ended.',
    });
  if (late.adopted) return generation;
  const price = priceOfLateOutput({
    priceBook: generation.priceBook,
    requestedSeconds: generation.durationSeconds,
    measuredSeconds: late.facts.durationSeconds ?? 0,
  });
  if (price === undefined)
    throw new AppError('price_unknown', `The late output of ${id} has no price: it cannot be adopted.`);
  await store.transaction(async (db) => {
    const adopted = await adopt(db, late.attemptId, price.credits);
    if (typeof adopted === 'object')
      throw adopted.reason === 'adopted'
        ? new AppError('invalid_state', `Another late output of the generation ${id} was adopted.`)
        : refusalError(adopted, price.credits, caller.purse);
    if (!adopted) return;
    await writeAudit(db, {
      accountId: caller.accountId,
      actor: caller.keyId,
      action: 'generation.adopted',
      target: id,
      details: { attempt_id: late.attemptId, credits: price.credits },
    });
  });
  const after = await findGeneration(store, caller, id);
  if (after === undefined) throw new AppError('not_found', `The generation ${id} has been deleted.`);
  return after;
}
