import { createHash } from 'node:crypto';
import { batchLimits } from '../domain/batch.ts';
import { AppError, type Fault } from '../domain/errors.ts';
import type { JsonObject } from '../domain/json.ts';
import { liveStates } from '../domain/record.ts';
import { type AppendedRows, appendRows, type NewRow } from '../store/append-rows.ts';
import { findBatch } from '../store/batches.ts';
import type { Db, Store } from '../store/db.ts';
import { completeIdempotencyKey } from '../store/idempotency.ts';
import type { Owner } from '../store/read-generations.ts';
import { keepRehearsals } from '../store/rehearsals.ts';
import { onceOnly } from './once-only.ts';

/** A request body, and the record that its video is for. */
export interface GivenRow {
  request: JsonObject;
  record: { key: string; fingerprint: string; parts: JsonObject } | undefined;
}

/**
 * Adds rows to a batch, once per idempotency key, however often the upload is repeated. Those whose record has this very
 * version already, or on its way, are left out and told of. Rows of a rehearsal become no version of their record: all
 * are added, and each is from then on the newest rehearsal of its key.
 */
export async function addRows(
  store: Store,
  options: { owner: Owner; batchId: string; rows: readonly GivenRow[]; idempotencyKey: string | undefined },
): Promise<{ added: AppendedRows; replayed: boolean }> {
  const { owner, batchId, rows, idempotencyKey } = options;
  const batch = await findBatch(store, owner, batchId);
  if (batch === undefined) throw noBatch(batchId);
  const newRows = withVersions(rows, batch.workflow);
  const { result, replayed } = await onceOnly<AppendedRows>(store, {
    scope: `${owner.accountId}:${owner.purse}`,
    key: idempotencyKey,
    requestHash: () =>
      createHash('sha256')
        .update(JSON.stringify([batchId, rows]))
        .digest('hex'),
    run: (ticket) =>
      store.transaction(async (db) => {
        const added = batch.rehearsal
          ? await appendRehearsals(db, owner, batchId, newRows)
          : await appendRows(db, owner, batchId, newRows);
        if (added === undefined)
          throw new AppError('invalid_state', `The batch ${batchId} is canceled and takes no more rows.`, {
            hint: 'Make a new one with POST /v1/batches.',
          });
        if ((added.last ?? 0) > batchLimits.rows)
          throw new AppError(
            'invalid_state',
            `The batch ${batchId} would have ${added.last} rows; it holds at most ${batchLimits.rows}.`,
            { hint: 'Put the rest into another batch.' },
          );
        if (ticket !== undefined && !(await completeIdempotencyKey(db, ticket, written(added))))
          throw new AppError('idempotency_in_progress', 'Another call with this key has taken over.', {
            retryable: true,
          });
        return added;
      }),
    replay: async (resultId) => readBack(resultId, rows),
  });
  return { added: result, replayed };
}

async function appendRehearsals(
  db: Db,
  owner: Owner,
  batchId: string,
  rows: readonly NewRow[],
): Promise<AppendedRows | undefined> {
  const added = await appendRows(
    db,
    owner,
    batchId,
    rows.map(({ request }) => ({ request, version: undefined })),
  );
  const first = added?.first ?? 0;
  const named = rows.flatMap(({ version }, index) =>
    version === undefined ? [] : [{ ...version, row: first + index }],
  );
  if (added !== undefined) await keepRehearsals(db, owner, batchId, named);
  return added;
}

/** Says which version each row makes; refuses rows for a record that belong to no workflow, or to one record twice. */
function withVersions(rows: readonly GivenRow[], workflowOfBatch: string | null): NewRow[] {
  const faults: Fault[] = [];
  const fault = (index: number, where: string, message: string) =>
    faults.push({ pointer: `/rows/${index}/record${where}`, code: 'invalid_request', message });
  const seen = new Set<string>();
  const newRows = rows.map(({ request, record }, index): NewRow => {
    if (record === undefined) return { request, version: undefined };
    const { workflow = workflowOfBatch ?? undefined } = request;
    if (typeof workflow !== 'string') {
      fault(index, '', 'A row with a record needs a workflow, of its own or of its batch.');
      return { request, version: undefined };
    }
    const name = JSON.stringify([workflow, record.key]);
    if (seen.has(name)) fault(index, '/key', `The record "${record.key}" is named twice in this call.`);
    seen.add(name);
    return { request, version: { workflow, ...record } };
  });
  if (faults.length > 0)
    throw new AppError('invalid_request', faults.map(({ message }) => message).join(' '), { faults });
  return newRows;
}

/** The answer of a call as it is kept with its idempotency key: `5-9;2made1,7waiting4`. Keys stand in the call. */
const written = ({ first, last, skipped }: AppendedRows): string =>
  `${first ?? ''}-${last ?? ''};${skipped.map(({ index, state, version }) => `${index}${state}${version}`).join()}`;

function readBack(text: string, rows: readonly GivenRow[]): AppendedRows {
  const [numbers = '', list = ''] = text.split(';');
  const [first = null, last = null] = numbers.split('-').map((word) => (word === '' ? null : Number(word)));
  const skipped = [...list.matchAll(/(\d+)([a-z]+)(\d+)/g)].flatMap(([, index, word, version]) => {
    const state = liveStates.find((live) => live === word);
    const key = rows[Number(index)]?.record?.key;
    return state === undefined || key === undefined
      ? []
      : [{ index: Number(index), key, state, version: Number(version) }];
  });
  return { first, last, skipped };
}

export function noBatch(id: string): AppError {
  return new AppError('not_found', `There is no batch ${id} in this account.`);
}
