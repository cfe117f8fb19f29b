import { hold, type Purse } from '../domain/credits.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Plan } from '../domain/plan.ts';
import type { Price } from '../domain/price-book.ts';
import type { Db } from './db.ts';
import type { GenerationRow } from './generation-row.ts';
import type { Ticket } from './idempotency.ts';
import { newId } from './new-id.ts';

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
  webhookUrl: string | undefined;
}

export type Submitted =
  | { status: 'accepted'; generation: GenerationRow }
  | { status: 'insufficient_credits'; available: number }
  /** The idempotency key was taken over while this call was busy; nothing was written. */
  | { status: 'superseded' };

/**
 * One statement, so one transaction and one round trip: place the hold, write the ledger, insert the generation with
 * its references and its event, complete the idempotency key. Either all of it happens or none.
 */
export async function submitGeneration(
  db: Db,
  generation: NewGeneration,
  ticket: Ticket | undefined,
): Promise<Submitted> {
  const { accountId, keyId, purse, plan, price } = generation;
  const entry = hold(price.credits);
  const id = newId('gen');
  const [row] = await db.query<SubmitRow>(submitSql, [
    id,
    accountId,
    keyId,
    purse,
    entry.available,
    entry.held,
    plan.endpoint,
    plan.engine,
    plan.model,
    generation.prompt,
    plan.durationSeconds,
    plan.aspectRatio,
    JSON.stringify(plan),
    price.credits,
    price.usdCents,
    generation.priceBook,
    generation.workflow ?? null,
    generation.batchId ?? null,
    generation.tags,
    generation.endUserId ?? null,
    generation.priority,
    JSON.stringify(generation.metadata),
    generation.webhookUrl ?? null,
    ticket?.scope ?? null,
    ticket?.key ?? null,
    ticket?.token ?? null,
    plan.references.map(({ kind }) => kind),
    plan.references.map(({ position }) => position),
    plan.references.map(({ fileId }) => fileId),
    plan.references.map(({ sha256 }) => sha256),
  ]);
  if (row === undefined) throw new Error('the submit answered nothing');
  if (row.createdAt !== null)
    return { status: 'accepted', generation: freshRow(id, row.createdAt, generation) };
  if (ticket !== undefined && !row.ticketHeld) return { status: 'superseded' };
  return { status: 'insufficient_credits', available: row.available ?? 0 };
}

interface SubmitRow {
  /** Null if nothing was inserted. */
  createdAt: Date | null;
  ticketHeld: boolean;
  available: number | null;
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
    webhookUrl: generation.webhookUrl ?? null,
    phase: null,
    progress: 0,
    attempt: 0,
    outputFileId: null,
    posterFileId: null,
    outputFacts: null,
    storyboard: null,
    notes: [],
    checks: [],
    createdAt,
    startedAt: null,
    finishedAt: null,
  };
}

/** Exported for the bench, which runs it bare. */
export const submitSql = `
with ticket as (
  select scope, key from idempotency_keys
  where scope = $24 and key = $25 and token = $26 and result_id is null
  for update
), paid as (
  update balances set available = available + $5, held = held + $6
  where account_id = $2 and purse = $4 and available + $5 >= 0
    and ($24::text is null or exists (select from ticket))
  returning account_id
), g as (
  insert into generations (id, account_id, key_id, purse, endpoint, engine, model, prompt, duration_seconds,
    aspect_ratio, plan, price_credits, price_usd_cents, price_book, workflow, batch_id, tags, end_user_id,
    priority, metadata, webhook_url)
  select $1, account_id, $3, $4, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23
  from paid
  returning id, account_id, purse, created_at
), entry as (
  insert into ledger_entries (account_id, purse, kind, generation_id, available, held, counterpart, reason)
  select account_id, purse, 'hold', id, $5, $6, 0, 'submitted' from g
), event as (
  insert into events (account_id, generation_id, type) select account_id, id, 'generation.created' from g
), refs as (
  insert into generation_references (generation_id, kind, position, file_id, sha256)
  select g.id, r.kind, r.position, r.file_id, r.sha256
  from g, unnest($27::text[], $28::int[], $29::text[], $30::text[]) as r (kind, position, file_id, sha256)
), completed as (
  update idempotency_keys k set result_id = g.id from g, ticket where k.scope = ticket.scope and k.key = ticket.key
)
select (select created_at from g) as "createdAt", exists (select from ticket) as "ticketHeld",
  (select available from balances where account_id = $2 and purse = $4) as available`;
