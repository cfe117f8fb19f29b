import { AppError } from '../domain/errors.ts';
import type { JsonObject } from '../domain/json.ts';
import { writeAudit } from '../store/audit.ts';
import type { Store } from '../store/db.ts';
import { failGeneration, requeueGeneration } from '../store/end-generation.ts';
import { followParked, takeParked } from '../store/remote-attempts.ts';

/** What the operator has found out at the provider about a parked attempt. */
export type Verdict =
  /** It was never taken: give the credits back. */
  | { decision: 'release' }
  /** It was never taken: ask again, which may cost money anew. */
  | { decision: 'retry' }
  /** It was taken: this is the job. */
  | { decision: 'follow'; handle: JsonObject };

/** Ends the doubt about a parked attempt. Throws `not_found` if it is not parked, or was decided meanwhile. */
export async function reconcileAttempt(
  store: Store,
  options: { attemptId: string; actor: string; verdict: Verdict },
): Promise<{ generationId: string }> {
  const { attemptId, actor, verdict } = options;
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
  if (!(await decide(store, taken, verdict))) throw notParked(attemptId);
  return { generationId: taken.id };
}

function decide(
  store: Store,
  taken: { id: string; attemptId: string; lease: string },
  verdict: Verdict,
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
      return followParked(store, taken, verdict.handle);
  }
}

function notParked(attemptId: string): AppError {
  return new AppError('not_found', `There is no parked attempt ${attemptId}.`, {
    hint: 'GET /v1/parked lists them; a callback may have ended the doubt meanwhile.',
  });
}
