import { createHash, randomInt } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.ts';
import { chooseAspectRatio } from '../domain/choose-aspect-ratio.ts';
import { refuseConsent } from '../domain/consent.ts';
import type { Purse } from '../domain/credits.ts';
import type { Engine } from '../domain/engine.ts';
import { AppError, type Fault } from '../domain/errors.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Fallback, Note, Plan } from '../domain/plan.ts';
import { planGeneration } from '../domain/plan-generation.ts';
import { type Price, priceBooks, priceOf } from '../domain/price-book.ts';
import type { AspectRatio, EndpointName, GenerationRequest, Reference } from '../domain/request.ts';
import type { Storyboard } from '../domain/storyboard.ts';
import type { GenerationWebhook } from '../domain/webhook.ts';
import { isRehearsal } from '../store/batches.ts';
import { findBlockingBudget, tellRefusal } from '../store/budget-refusals.ts';
import { deleteFile } from '../store/files.ts';
import type { GenerationRow } from '../store/generation-row.ts';
import { isKeyKnown, type Ticket } from '../store/idempotency.ts';
import { readBalances } from '../store/ledger.ts';
import { findGeneration } from '../store/read-generations.ts';
import type { BudgetRefusal } from '../store/refusal.ts';
import { type NewGeneration, submitGeneration as store } from '../store/submit-generation.ts';
import { checkReceiver } from './check-receiver.ts';
import { chooseEngine } from './choose-engine.ts';
import type { Deps } from './deps.ts';
import { findRehearsed, type RehearsedEngine } from './find-rehearsed.ts';
import { onceOnly } from './once-only.ts';
import { type Quote, readQuote, requireSameVideo } from './quote.ts';
import { refusalError } from './refusal-error.ts';
import { requireConsents } from './require-consents.ts';
import { type Leads, routeRequest } from './route-request.ts';
import { type Snapshots, type WantedReference, withReferences } from './snapshot-references.ts';

/** Who asks. */
export interface Caller {
  accountId: string;
  keyId: string;
  purse: Purse;
}

/** What is asked for, parsed. */
export interface SubmitCommand {
  endpoint: EndpointName;
  prompt: string;
  references: WantedReference[];
  durationSeconds: number;
  /** `auto`: that of the first picture or clip. */
  aspectRatio: AspectRatio | 'auto';
  seed: number | undefined;
  generateAudio: boolean;
  storyboard: Storyboard | undefined;
  workflow: string | undefined;
  batchId: string | undefined;
  tags: string[];
  endUserId: string | undefined;
  priority: number;
  metadata: JsonObject;
  /** Whom it tells of its events. */
  webhook: GenerationWebhook | undefined;
  /** By name; absent: the one that the endpoint is served by. */
  engine: string | undefined;
  /** Made by the embedded engine at no price, and planned against the limits of the engine that it would else be made by. */
  rehearsal?: true | undefined;
  /** Steers the simulated engine; of test keys only. */
  simulate: JsonObject | undefined;
  /** Whose price it is to have. */
  quoteId?: string | undefined;
  /** What it may cost at most. */
  maxCredits?: number | undefined;
  /** Not begun by then: expired. */
  startWithinSeconds?: number | undefined;
  /** Not ended by then: expired, unless a provider has it. */
  expiresInSeconds?: number | undefined;
  /** What was decided for the caller before this; kept with the plan. */
  notes?: readonly Note[] | undefined;
}

export interface Quoted {
  plan: Plan;
  price: Price;
  priceBook: string;
}

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

/**
 * Everything that comes before the hold: priced, references in hand and kept, planned. Whoever does not hold it then
 * deletes `newFileIds`. `references` are those that an earlier try has kept: then nothing is fetched. `freshSeed` is
 * the seed where the command names none. Throws AppError for a refusal, which leaves nothing behind.
 */
export async function prepareGeneration(
  deps: Deps,
  wanted: {
    caller: Caller;
    command: SubmitCommand;
    /** Who makes it for how much, where that is known already. */
    sale?: Sale | undefined;
    references?: Reference[] | undefined;
    freshSeed?: number | undefined;
  },
): Promise<{ generation: NewGeneration; newFileIds: string[] }> {
  const { caller, command, references: kept, freshSeed = randomInt(2 ** 31) } = wanted;
  checkWebhook(deps, command);
  const sale = wanted.sale ?? (await priceCommand(deps, caller, command));
  const make = (references: Reference[], people: People) => {
    const plan = planCommand(deps, { sale, command, references, people, freshSeed });
    return { generation: newGeneration(caller, command, sale, plan), newFileIds: [] };
  };
  if (kept !== undefined) return make(kept, await stillAgreed(deps, caller, command, { sale, kept }));
  const use = { engine: sale.engine.name, workflow: command.workflow };
  const options = { owner: caller, use, wanted: command.references };
  return withReferences(deps, options, async (snapshots) => {
    const { generation } = make(snapshots.references, snapshots);
    // Only what is planned is kept, so that a refusal leaves nothing behind.
    const { references, newFileIds } = await snapshots.keep();
    return { generation: { ...generation, plan: { ...generation.plan, references } }, newFileIds };
  });
}

/** What those have agreed to who are seen in references that an earlier try has kept. */
async function stillAgreed(
  { store }: Pick<Deps, 'store'>,
  caller: Caller,
  command: SubmitCommand,
  { sale, kept }: { sale: Sale; kept: readonly Reference[] },
): Promise<People> {
  const use = { engine: sale.engine.name, workflow: command.workflow };
  const people = kept.map(({ role, consentId }, index) => ({
    role,
    consentId,
    fileConsentId: undefined,
    pointer: command.references[index]?.pointer ?? '',
  }));
  const { consents, notes } = await requireConsents(store, caller, use, people);
  return {
    notes,
    refuseUse: (other) =>
      consents.map((consent) => refuseConsent(consent, other)).find((why) => why !== undefined),
  };
}

/** What a command would hold, before its references are in hand: enough to ask whether a hold would be refused. */
export async function roughGeneration(
  deps: Pick<Deps, 'store' | 'engines'>,
  caller: Caller,
  command: SubmitCommand,
): Promise<NewGeneration> {
  const sale = await priceCommand(deps, caller, command);
  const { endpoint, prompt, durationSeconds, generateAudio } = command;
  const { aspectRatio } = chooseAspectRatio(command.aspectRatio, []);
  const shape = { endpoint, prompt, durationSeconds, aspectRatio, generateAudio };
  const { name: engine, capabilities } = sale.engine;
  const nothing = { references: [], width: 0, height: 0, seed: 0, adjustments: [] };
  return newGeneration(caller, command, sale, { ...shape, ...nothing, engine, model: capabilities.model });
}

/** Before anything is fetched or held: an address that could never be told is refused. */
function checkWebhook({ fetch }: Pick<Deps, 'fetch'>, { webhook }: SubmitCommand): void {
  if (webhook !== undefined) checkReceiver(fetch, webhook.url, '/webhook_url');
}

function newGeneration(
  caller: Caller,
  command: SubmitCommand,
  { price, priceBook, quote }: { price: Price; priceBook: string; quote: JsonObject | undefined },
  plan: Plan,
): NewGeneration {
  const { prompt, workflow, batchId, tags, endUserId, priority, metadata, webhook, simulate } = command;
  const { startWithinSeconds, expiresInSeconds } = command;
  const labels = { prompt, workflow, batchId, tags, endUserId, priority, metadata, webhook, simulate };
  const details = { ...labels, startWithinSeconds, expiresInSeconds };
  return { ...caller, ...details, plan, price, priceBook, quote };
}

/** Checks, plans and prices a command without making or charging anything. */
export async function dryRun(
  deps: Deps,
  caller: Caller,
  command: SubmitCommand,
): Promise<Quoted & { affordable: boolean; blockedBy: BudgetRefusal | undefined }> {
  checkWebhook(deps, command);
  await refuseRehearsal(deps, caller, command);
  const sale = await priceCommand(deps, caller, command);
  const { price, priceBook } = sale;
  const use = { engine: sale.engine.name, workflow: command.workflow };
  const wanted = { owner: caller, use, wanted: command.references };
  const plan = await withReferences(deps, wanted, async ({ references, ...people }) =>
    planCommand(deps, { sale, command, references, people, freshSeed: randomInt(2 ** 31) }),
  );
  const balances = await readBalances(deps.store, caller.accountId);
  const blockedBy = await findBlockingBudget(deps.store, { ...caller, ...command }, price.credits);
  const affordable = balances[caller.purse].available >= price.credits && blockedBy === undefined;
  return { plan, price, priceBook, affordable, blockedBy };
}

/** What the people in the references have agreed to. */
type People = Pick<Snapshots, 'notes' | 'refuseUse'>;

/** Who makes it, for how much, and who does if that engine cannot. */
interface Sale extends Pick<Leads, 'fallbacks' | 'notes'> {
  engine: Engine;
  price: Price;
  priceBook: string;
  quote: JsonObject | undefined;
  /** Of a rehearsal: whom it stands in for. */
  rehearsed?: RehearsedEngine;
}

/** Who makes it and what it costs: the quoted price where the command carries a quote, else that of the day. */
async function priceCommand(
  deps: Pick<Deps, 'store' | 'engines'>,
  caller: Caller,
  command: SubmitCommand,
): Promise<Sale> {
  if (command.rehearsal === true) return rehearsalSale(deps, caller, command);
  const { durationSeconds, endpoint, quoteId, simulate, workflow } = command;
  const quote = quoteId === undefined ? undefined : await readQuote(deps.store, caller, quoteId);
  const shape = { workflow, endpoint, durationSeconds, simulate };
  const asked = { ...caller, ...shape, engine: command.engine ?? quote?.engine };
  const { chosen, fallbacks, notes } = await routeRequest(deps, asked);
  const { engine, priceBook } = chosen;
  if (quote !== undefined) requireSameVideo(quote, { endpoint, engine: engine.name, durationSeconds });
  const price = quote?.price ?? priceOf(priceBook, durationSeconds);
  if (price === undefined)
    throw new AppError(
      'price_unknown',
      `The price book ${priceBook.id} of the engine "${engine.name}" has no price for ${durationSeconds} s.`,
    );
  refuseAboveMaximum(price, command.maxCredits);
  const book = quote?.priceBook ?? priceBook.id;
  return { engine, price, priceBook: book, quote: quotedOf(quote, quoteId), fallbacks, notes };
}

/** The embedded engine, at no price whatever it is sold for otherwise. */
async function rehearsalSale(
  deps: Pick<Deps, 'store' | 'engines'>,
  caller: Caller,
  command: SubmitCommand,
): Promise<Sale> {
  const { durationSeconds, simulate } = command;
  const { engine } = chooseEngine(deps.engines, { purse: caller.purse, name: 'local', simulate });
  const price = priceOf(priceBooks.free, durationSeconds);
  if (price === undefined)
    throw new AppError('price_unknown', `A rehearsal of ${durationSeconds} s has no price, not even none.`);
  const rehearsed = await findRehearsed(deps, { ...caller, ...command });
  return {
    engine,
    price,
    priceBook: priceBooks.free.id,
    quote: undefined,
    fallbacks: [],
    notes: rehearsed.notes,
    rehearsed,
  };
}

/** Rows of a rehearsal come through its batch alone. */
async function refuseRehearsal(
  { store: db }: Pick<Deps, 'store'>,
  caller: Caller,
  { batchId }: SubmitCommand,
): Promise<void> {
  if (batchId === undefined || !(await isRehearsal(db, caller, batchId))) return;
  const message = `The batch ${batchId} is a rehearsal, which a single video cannot join.`;
  throw new AppError('invalid_request', message, {
    hint: 'Add it as a row, with POST /v1/batches/{id}/rows; or name another batch_id.',
    faults: [{ pointer: '/batch_id', code: 'invalid_request', message }],
  });
}

function refuseAboveMaximum(price: Price, maxCredits: number | undefined): void {
  if (maxCredits === undefined || price.credits <= maxCredits) return;
  const code = 'price_above_maximum';
  const message = `This video costs ${price.credits} credits; max_credits allows ${maxCredits}.`;
  throw new AppError(code, message, {
    hint: 'Raise max_credits, or choose a shorter video.',
    faults: [{ pointer: '/max_credits', code, message }],
  });
}

/** What the generation and its receipt keep of the quote. */
function quotedOf(quote: Quote | undefined, quoteId: string | undefined): JsonObject | undefined {
  if (quote === undefined || quoteId === undefined) return undefined;
  const { price, priceBook, count, expiresAt } = quote;
  return {
    quote_id: quoteId,
    credits: price.credits,
    usd_cents: price.usdCents,
    price_book: priceBook,
    count,
    expires_at: expiresAt,
  };
}

function planCommand(
  { publicFiles }: Pick<Deps, 'publicFiles'>,
  options: {
    sale: Sale;
    command: SubmitCommand;
    references: Reference[];
    people: People;
    freshSeed: number;
  },
): Plan {
  const { sale, command, references, people, freshSeed } = options;
  const { seed, storyboard, ...shape } = command;
  const ratio = chooseAspectRatio(command.aspectRatio, references);
  const request: GenerationRequest = {
    ...shape,
    aspectRatio: ratio.aspectRatio,
    references,
    ...(seed === undefined ? {} : { seed }),
    ...(storyboard === undefined ? {} : { storyboard }),
  };
  const planFor = ({ name: engine, capabilities }: Engine) =>
    planGeneration({ request, engine, capabilities, freshSeed, publicFiles });
  const rehearsed =
    sale.rehearsed === undefined
      ? undefined
      : planRehearsed(sale.rehearsed, { ...options, publicFiles }, request);
  const planned = planFor(sale.engine);
  if (planned.status === 'refused') throw refused(planned.faults);
  const notes = [...(command.notes ?? []), ...people.notes, ...ratio.notes];
  const fallbacks = sale.fallbacks.flatMap(({ engine }): Fallback[] => {
    // Nobody is filmed by an engine that they have not agreed to.
    if (people.refuseUse({ engine: engine.name, workflow: command.workflow }) !== undefined) return [];
    const other = planFor(engine);
    if (other.status === 'refused') return [];
    const { references: _, ...fallback } = other.plan;
    return [{ ...fallback, adjustments: [...notes, ...fallback.adjustments] }];
  });
  return {
    ...planned.plan,
    ...(fallbacks.length === 0 ? {} : { fallbacks }),
    ...(rehearsed === undefined ? {} : { rehearses: rehearsed.engine }),
    adjustments: [...sale.notes, ...notes, ...(rehearsed?.notes ?? []), ...planned.plan.adjustments],
  };
}

/** What the rehearsed engine would do for it; throws for what that one would refuse. */
function planRehearsed(
  { name: engine, capabilities }: RehearsedEngine,
  {
    command: { workflow },
    people,
    freshSeed,
    publicFiles,
  }: { command: SubmitCommand; people: People; freshSeed: number; publicFiles: boolean },
  request: GenerationRequest,
): { engine: string; notes: Note[] } {
  const why = people.refuseUse({ engine, workflow });
  if (why !== undefined)
    throw refused([
      { pointer: '', code: 'consent_invalid', message: `The consent of a person in it ${why}.` },
    ]);
  if (capabilities === undefined) return { engine, notes: [] };
  const planned = planGeneration({ request, engine, capabilities, freshSeed, publicFiles });
  if (planned.status === 'refused') throw refused(planned.faults);
  return { engine, notes: planned.plan.adjustments.filter(({ code }) => code !== 'seed_chosen') };
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

function refused(faults: Fault[]): AppError {
  const [first] = faults;
  if (first === undefined) throw new Error('a refusal needs a fault');
  return new AppError(first.code, first.message, { faults });
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
