import type { EngineFailure } from '../domain/engine.ts';
import type { Note, Plan } from '../domain/plan.ts';
import { priceOf } from '../domain/price-book.ts';
import { type EngineRow, isAvailable, listEngines } from '../store/engines.ts';
import type { GenerationRow } from '../store/generation-row.ts';
import type { PipelineDeps } from './deps.ts';

/** The most that is told of what another engine said. */
const mostCharacters = 300;

/**
 * The engine that makes a generation after its own has certainly failed, in a way that can pass: the next of its route that
 * is set up, does not rest, and costs no more than what is held. Never one that gets round a rejection. Undefined: none.
 */
export async function failOver(
  deps: Pick<PipelineDeps, 'store' | 'engines'>,
  { plan, priceCredits, durationSeconds }: Pick<GenerationRow, 'plan' | 'priceCredits' | 'durationSeconds'>,
  failure: EngineFailure,
  /** As they stand, where that was looked up for many. */
  engines?: readonly EngineRow[],
): Promise<{ plan: Plan; note: Note } | undefined> {
  const { fallbacks = [], references } = plan;
  if (!failure.retryable || failure.code === 'content_rejected' || fallbacks.length === 0) return undefined;
  const rows = new Map((engines ?? (await listEngines(deps.store))).map((row) => [row.name, row]));
  for (const [index, fallback] of fallbacks.entries()) {
    const priced = deps.engines.get(fallback.engine);
    const row = rows.get(fallback.engine);
    if (priced === undefined || row === undefined || !isAvailable(row)) continue;
    const price = priceOf(priced.priceBook, durationSeconds);
    if (price === undefined || price.credits > priceCredits) continue;
    const rest = fallbacks.slice(index + 1);
    return {
      plan: { ...fallback, references, ...(rest.length === 0 ? {} : { fallbacks: rest }) },
      note: {
        code: 'failed_over',
        message: `The engine "${plan.engine}" failed; "${fallback.engine}" makes it instead, for no more than what is held. It had said: ${short(failure.message)}`,
      },
    };
  }
  return undefined;
}

const short = (text: string) =>
  text.length > mostCharacters ? `${text.slice(0, mostCharacters - 1)}…` : text;
