import { AppError } from '../domain/errors.ts';
import type { RejectReason } from '../domain/record.ts';
import { writeAudit } from '../store/audit.ts';
import type { Db, Store } from '../store/db.ts';
import { insertAccountEvent } from '../store/events.ts';
import {
  type LockedVersion,
  lockVersion,
  pinVersion,
  refreshRecord,
  reviewVersion,
} from '../store/review-version.ts';
import type { Caller } from './caller.ts';

export type Verdict =
  | { review: 'approved' }
  | { review: 'rejected'; reason: RejectReason; note: string | undefined };

/**
 * Approves or rejects a version that was made; deciding again replaces what was decided before. Approving one that is
 * newer than the pinned one lifts the pin, and so does rejecting the pinned one. Throws AppError where there is nothing
 * to decide about.
 */
export async function reviewRecord(
  store: Store,
  caller: Caller,
  { id, number }: { id: string; number: number },
  verdict: Verdict,
): Promise<void> {
  await store.transaction(async (db) => {
    const version = await lockMade(db, caller, id, number);
    const { workflow, key, pinnedVersion: pinned } = version;
    const rejection = verdict.review === 'rejected' ? verdict : undefined;
    const { reason, note } = { reason: rejection?.reason, note: rejection?.note };
    const decision = { review: verdict.review, reason, note, by: caller.keyId };
    await reviewVersion(db, caller, { workflow, key, number }, decision);
    if (pinned !== null && (rejection === undefined ? pinned < number : pinned === number))
      await pinVersion(db, caller, id, null);
    const live = await refreshRecord(db, caller, { workflow, key }, verdict.review);
    await insertAccountEvent(db, {
      accountId: caller.accountId,
      type: 'record.reviewed',
      data: {
        purse: caller.purse,
        record_id: id,
        workflow,
        key,
        version: number,
        review: verdict.review,
        reason: reason ?? null,
        note: note ?? null,
        live_version: live,
      },
    });
    await audit(db, caller, `record.${verdict.review}`, `${id}/${number}`);
  });
}

/** Shows an older version of a record from now on; null: the newest good one again. Throws AppError if it cannot be shown. */
export async function rollBackRecord(
  store: Store,
  caller: Caller,
  id: string,
  number: number | null,
): Promise<void> {
  await store.transaction(async (db) => {
    const version =
      number === null ? await lockVersion(db, caller, id, 0) : await lockMade(db, caller, id, number);
    if (version === undefined) throw noRecord(id);
    if (number !== null) {
      const { review, reviewed } = version;
      if (review === 'rejected' || (reviewed && review !== 'approved'))
        throw new AppError(
          'invalid_state',
          `Version ${number} of ${id} ${review === 'rejected' ? 'was rejected' : 'was not approved yet'}, and is not shown.`,
          { hint: `Approve it first: POST /v1/records/${id}/versions/${number}/approve.` },
        );
    }
    await pinVersion(db, caller, id, number);
    await refreshRecord(db, caller, version, 'rolled_back');
    await audit(db, caller, 'record.rolled_back', number === null ? id : `${id}/${number}`);
  });
}

async function lockMade(db: Db, caller: Caller, id: string, number: number): Promise<LockedVersion> {
  const version = await lockVersion(db, caller, id, number);
  if (version === undefined) throw noRecord(id);
  if (version.state === null)
    throw new AppError('not_found', `The record ${id} has no version ${number}.`, {
      hint: `GET /v1/records/${id} lists its versions.`,
    });
  if (version.state !== 'made')
    throw new AppError('invalid_state', `Version ${number} of ${id} is ${version.state}: there is no video.`);
  return version;
}

const audit = (db: Db, caller: Caller, action: string, target: string) =>
  writeAudit(db, { accountId: caller.accountId, actor: caller.keyId, action, target });

export function noRecord(id: string): AppError {
  return new AppError('not_found', `There is no record ${id} in this account.`);
}
