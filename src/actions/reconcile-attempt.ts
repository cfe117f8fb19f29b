import { AppError } from '../domain/errors.ts';
import type { JsonObject } from '../domain/json.ts';
import { writeAudit } from '../store/audit.ts';
import type { Store } from '../store/db.ts';
import { failGeneration, requeueGeneration } from '../store/end-generation.ts';
import { findParkedEngine, followParked, takeParked } from '../store/parked-attempts.ts';
import type { Deps } from './deps.ts';

/** What the operator has found out at the provider about a parked attempt. */
export type Verdict =
  /** It was never taken: give the credits back. */
  | { decision: 'release' }
  /** It was never taken: ask again, which may cost money anew. */
  | { decision: 'retry' }
  /** It was taken: this is the job, by the provider's id. */
  | { decision: 'follow'; jobId: string };

/** Ends the doubt about a parked attempt. Throws `not_found` if it is not parked, or was decided meanwhile. */
export async function reconcileAttempt(
  { store, engines }: Pick<Deps, 'store' | 'engines'>,
  options: { attemptId: string; actor: string; verdict: Verdict },
): Promise<{ generationId: string }> {
  const { attemptId, actor, verdict } = options;
  const handle =
    verdict.decision === 'follow' ? await handleOf({ store, engines }, attemptId, verdict.jobId) : {};
  const taken = await store.transaction(async (db) => {
    const parked = await takeParked(db, attemptId);
    if (parked === undefined) throw notParked(attemptId);
    await writeAudit(db, {
      accountId: parked.accountId,
      actor,
      action: `attempt.${verdict.decision}`,
      target: attemptId,
      details: { generation_id: parked.id },
    });
    return parked;
  });
  if (!(await decide(store, taken, verdict, handle))) throw notParked(attemptId);
  return { generationId: taken.id };
}

const askMs = 30_000;

/** The handle of a job, once its provider has said that it knows it. */
async function handleOf(
  { store, engines }: Pick<Deps, 'store' | 'engines'>,
  attemptId: string,
  jobId: string,
): Promise<JsonObject> {
  const name = await findParkedEngine(store, attemptId);
  const engine = name === undefined ? undefined : engines.get(name)?.engine;
  if (engine?.kind !== 'remote') throw notParked(attemptId);
  const handle = engine.handleOf(jobId);
  const found = await engine.check(handle, { signal: AbortSignal.timeout(askMs) });
  if (found.status === 'unknown')
    throw new AppError('invalid_request', `The provider of ${engine.name} knows no job "${jobId}".`, {
      hint: 'Look the id up in the account at the provider.',
    });
  return handle;
}

function decide(
  store: Store,
  taken: { id: string; attemptId: string; lease: string },
  verdict: Verdict,
  handle: JsonObject,
): Promise<boolean> {
  switch (verdict.decision) {
    case 'release':
      return failGeneration(store, taken, {
        code: 'never_accepted',
        message: 'The operator found that the provider never took it.',
      });
    case 'retry':
      return requeueGeneration(store, taken, {
        result: 'lost',
        message: 'The operator found that the provider never took it.',
        waitSeconds: 0,
      });
    case 'follow':
      return followParked(store, taken, handle);
  }
}

function notParked(attemptId: string): AppError {
  return new AppError('not_found', `There is no parked attempt ${attemptId}.`, {
    hint: 'GET /v1/parked lists them; a callback may have ended the doubt meanwhile.',
  });
}
