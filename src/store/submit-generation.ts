import type { Purse } from '../domain/credits.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Plan } from '../domain/plan.ts';
import type { Price } from '../domain/price-book.ts';
import type { GenerationWebhook } from '../domain/webhook.ts';
import { tellRefusal } from './budget-refusals.ts';
import type { Db } from './db.ts';
import type { GenerationRow } from './generation-row.ts';
import type { Ticket } from './idempotency.ts';
import { newId } from './new-id.ts';
import { type Refusal, readRefusal } from './refusal.ts';

export interface NewGeneration {
  accountId: string;
  keyId: string;
  purse: Purse;
  /** As the caller wrote it; `plan.prompt` is what the engine gets. */
  prompt: string;
  plan: Plan;
  price: Price;
  priceBook: string;
  workflow: string | undefined;
  batchId: string | undefined;
  tags: readonly string[];
  endUserId: string | undefined;
  priority: number;
  metadata: JsonObject;
  webhook: GenerationWebhook | undefined;
  /** Not begun this many seconds from now, by the clock of the database: expired. */
  startWithinSeconds?: number | undefined;
  /** Not ended this many seconds from now: expired, unless a provider has it. */
  expiresInSeconds?: number | undefined;
  /** The quote that the price comes from. */
  quote?: JsonObject | undefined;
  /** Steers the simulated engine; of test keys only. */
  simulate?: JsonObject | undefined;
}

export type Submitted =
  | { status: 'accepted'; generation: GenerationRow }
  | { status: 'refused'; refusal: Refusal }
  /** The idempotency key was taken over while this call was busy; nothing was written. */
  | { status: 'superseded' };

/**
 * One statement, so one transaction and one round trip: place the hold on balance and budgets, write the ledger, insert
 * the generation with its references and its event, complete the idempotency key. Either all of it happens or none.
 */
export async function submitGeneration(
  db: Db,
  generation: NewGeneration,
  ticket: Ticket | undefined,
): Promise<Submitted> {
  const id = newId('gen');
  const { row, references } = parametersOf(id, generation);
  const [answer] = await db.query<Answer>(submitSql, [
    JSON.stringify(row),
    JSON.stringify(references),
    ticket?.scope ?? null,
    ticket?.key ?? null,
    ticket?.token ?? null,
  ]);
  if (answer === undefined) return { status: 'superseded' };
  const submitted = submittedOf(id, generation, answer);
  await tellOf(db, [submitted]);
  return submitted;
}

/**
 * Accepts several at once, each by itself: one that is refused leaves the others as they are. In the order given, so
 * that credits go to the first.
 */
export async function submitGenerations(db: Db, generations: readonly NewGeneration[]): Promise<Submitted[]> {
  const ids = generations.map(() => newId('gen'));
  const parameters = generations.map((generation, index) => parametersOf(ids[index] ?? '', generation));
  const answers = await db.query<Answer>(
    `select ${answerColumns}
    from jsonb_array_elements($1::jsonb) with ordinality p (value, number)
    cross join lateral ${acceptSql("p.value->'row'", "p.value->'references'")} a
    order by p.number`,
    [JSON.stringify(parameters)],
  );
  const submitted = generations.map((generation, index) => {
    const answer = answers[index];
    if (answer === undefined) throw new Error('the submit answered too little');
    return submittedOf(ids[index] ?? '', generation, answer);
  });
  await tellOf(db, submitted);
  return submitted;
}

/** After the refusal, which has written nothing: the owner hears of a cap that has begun to refuse. */
async function tellOf(db: Db, submitted: readonly Submitted[]): Promise<void> {
  const told = new Set<string>();
  for (const one of submitted) {
    if (one.status !== 'refused' || one.refusal.reason !== 'budget') continue;
    const { budget_id: id, value } = one.refusal;
    if (told.has(`${id}:${value}`)) continue;
    told.add(`${id}:${value}`);
    await tellRefusal(db, one.refusal);
  }
}

interface Answer {
  status: 'accepted' | 'refused';
  detail: Json;
  createdAt: Date | null;
  startBy: Date | null;
  expiresAt: Date | null;
}

const answerColumns = `a.status, a.detail, a.created_at as "createdAt", a.start_by as "startBy",
  a.expires_at as "expiresAt"`;

/** The call that accepts what two JSON expressions say. */
const acceptSql = (row: string, references: string) =>
  `accept_generation(jsonb_populate_record(null::generations, ${row}), ${references},
    (${row}->>'start_within')::integer, (${row}->>'expires_in')::integer)`;

function submittedOf(id: string, generation: NewGeneration, answer: Answer): Submitted {
  const { createdAt, startBy, expiresAt, detail } = answer;
  return createdAt === null
    ? { status: 'refused', refusal: readRefusal(detail) }
    : { status: 'accepted', generation: { ...freshRow(id, createdAt, generation), startBy, expiresAt } };
}

function parametersOf(id: string, generation: NewGeneration): { row: object; references: object[] } {
  return {
    row: recordOf(id, generation),
    references: generation.plan.references.map(({ kind, position, fileId, sha256, consentId }) => ({
      kind,
      position,
      file_id: fileId,
      sha256,
      consent_id: consentId,
    })),
  };
}

/** As the database's functions take one: a record of the table `generations`. */
export function recordOf(id: string, generation: NewGeneration): object {
  const { plan, price } = generation;
  return {
    id,
    account_id: generation.accountId,
    key_id: generation.keyId,
    purse: generation.purse,
    endpoint: plan.endpoint,
    engine: plan.engine,
    model: plan.model,
    prompt: generation.prompt,
    duration_seconds: plan.durationSeconds,
    aspect_ratio: plan.aspectRatio,
    plan,
    price_credits: price.credits,
    price_usd_cents: price.usdCents,
    price_book: generation.priceBook,
    workflow: generation.workflow,
    batch_id: generation.batchId,
    tags: generation.tags,
    end_user_id: generation.endUserId,
    priority: generation.priority,
    metadata: generation.metadata,
    webhook_url: generation.webhook?.url,
    webhook_form: generation.webhook?.form,
    webhook_events: generation.webhook?.events,
    start_within: generation.startWithinSeconds,
    expires_in: generation.expiresInSeconds,
    quote: generation.quote,
    simulate: generation.simulate,
  };
}

/** The row as it was just inserted, without asking for some forty columns back. */
function freshRow(id: string, createdAt: Date, generation: NewGeneration): GenerationRow {
  const { accountId, purse, prompt, plan, price, priceBook, priority, metadata } = generation;
  return {
    id,
    accountId,
    purse,
    endpoint: plan.endpoint,
    engine: plan.engine,
    model: plan.model,
    status: 'pending',
    outcome: null,
    failureCode: null,
    failureMessage: null,
    prompt,
    durationSeconds: plan.durationSeconds,
    aspectRatio: plan.aspectRatio,
    plan,
    priceCredits: price.credits,
    priceUsdCents: price.usdCents,
    priceBook,
    chargedCredits: null,
    workflow: generation.workflow ?? null,
    batchId: generation.batchId ?? null,
    tags: [...generation.tags],
    endUserId: generation.endUserId ?? null,
    priority,
    metadata,
    webhookUrl: generation.webhook?.url ?? null,
    webhookEvents: generation.webhook?.events === undefined ? null : [...generation.webhook.events],
    phase: null,
    progress: 0,
    attempt: 0,
    attemptId: null,
    outputFileId: null,
    posterFileId: null,
    outputFacts: null,
    storyboard: null,
    notes: [],
    checks: [],
    lateOutput: null,
    startBy: null,
    expiresAt: null,
    quote: generation.quote ?? null,
    simulate: generation.simulate ?? null,
    createdAt,
    startedAt: null,
    finishedAt: null,
    deletedAt: null,
  };
}

/** Exported for the bench, which runs it bare. Answers nothing if the idempotency key is no longer the caller's. */
export const submitSql = `
with ticket as (
  select from idempotency_keys where scope = $3 and key = $4 and token = $5 and result_id is null for update
), accepted as materialized (
  select a.* from ${acceptSql('$1::jsonb', '$2::jsonb')} a
  where $3::text is null or exists (select from ticket)
), completed as (
  update idempotency_keys set result_id = $1::jsonb->>'id' from accepted
  where scope = $3 and key = $4 and accepted.status = 'accepted'
)
select ${answerColumns} from accepted a`;
