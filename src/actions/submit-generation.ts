import { createHash } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.ts';
import { AppError } from '../domain/errors.ts';
import type { Price } from '../domain/price-book.ts';
import { findBlockingBudget, tellRefusal } from '../store/budget-refusals.ts';
import { deleteFile } from '../store/files.ts';
import type { GenerationRow } from '../store/generation-row.ts';
import { isKeyKnown, type Ticket } from '../store/idempotency.ts';
import { readBalances } from '../store/ledger.ts';
import { findGeneration } from '../store/read-generations.ts';
import { submitGeneration as store } from '../store/submit-generation.ts';
import type { Caller } from './caller.ts';
import type { Deps } from './deps.ts';
import { onceOnly } from './once-only.ts';
import { prepareGeneration } from './prepare-generation.ts';
import { priceCommand } from './price-command.ts';
import { refusalError } from './refusal-error.ts';
import { refuseRehearsal } from './refuse-rehearsal.ts';
import type { SubmitCommand } from './submit-command.ts';

/**
 * Accepts a generation: references in hand, planned, priced, its credits held. With an idempotency key the same
 * command is accepted once, however often it is sent, and nothing is fetched again. Throws AppError for every refusal,
 * before any money moves.
 */
export async function submitGeneration(
  deps: Deps,
  options: { caller: Caller; command: SubmitCommand; idempotencyKey: string | undefined },
): Promise<{ generation: GenerationRow; replayed: boolean }> {
  const { caller, command, idempotencyKey } = options;
  const { result, replayed } = await onceOnly(deps.store, {
    scope: scopeOf(caller),
    key: idempotencyKey,
    requestHash: () => hashOf(command),
    run: (ticket) => accept(deps, caller, command, ticket),
    replay: (id) => findGeneration(deps.store, caller, id),
  });
  return { generation: result, replayed };
}

const scopeOf = ({ accountId, purse }: Caller) => `${accountId}:${purse}`;

/** Whether a submit with this key has come before, so that only its own answer is due. */
export async function isRepeat(
  { store: db }: Pick<Deps, 'store'>,
  caller: Caller,
  idempotencyKey: string | undefined,
): Promise<boolean> {
  return idempotencyKey !== undefined && isKeyKnown(db, { scope: scopeOf(caller), key: idempotencyKey });
}

async function accept(
  deps: Deps,
  caller: Caller,
  command: SubmitCommand,
  ticket: Ticket | undefined,
): Promise<GenerationRow> {
  await refuseRehearsal(deps, caller, command);
  const sale = await priceCommand(deps, caller, command);
  await refuseEarly(deps, caller, command, sale.price);
  const { generation, newFileIds } = await prepareGeneration(deps, { caller, command, sale });
  const submitted = await store(deps.store, generation, ticket);
  if (submitted.status === 'accepted') return submitted.generation;
  for (const id of newFileIds) await deleteFile(deps.store, caller.accountId, id);
  throw submitted.status === 'superseded'
    ? superseded()
    : refusalError(submitted.refusal, sale.price.credits, caller.purse);
}

/** Spares a call that cannot be paid the fetching of its references; the hold itself is what decides. */
async function refuseEarly(
  deps: Pick<Deps, 'store'>,
  caller: Caller,
  command: SubmitCommand,
  price: Price,
): Promise<void> {
  if (price.credits === 0 || command.references.every(({ source }) => source.from === 'file')) return;
  const { accountId, purse } = caller;
  const { available } = (await readBalances(deps.store, accountId))[purse];
  if (available < price.credits) throw refusalError({ reason: 'credits', available }, price.credits, purse);
  const blockedBy = await findBlockingBudget(deps.store, { ...caller, ...command }, price.credits);
  if (blockedBy === undefined) return;
  await tellRefusal(deps.store, blockedBy);
  throw refusalError(blockedBy, price.credits, purse);
}

function superseded(): AppError {
  return new AppError(
    'idempotency_in_progress',
    'Another call with this idempotency key has taken over while this one was fetching its references.',
    { retryable: true, retryAfterSeconds: 1 },
  );
}

/** Of the parsed command, so that spelling and order of the JSON do not matter. */
function hashOf(command: SubmitCommand): string {
  return createHash('sha256')
    .update(canonicalJson(JSON.parse(JSON.stringify(command))))
    .digest('hex');
}
