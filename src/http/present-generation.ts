import type { z } from '@hono/zod-openapi';
import type { Generation, GenerationEvent, planSchema } from '../contract/generation.ts';
import { isFinal } from '../domain/generation.ts';
import { priceOfLateOutput } from '../domain/late-output.ts';
import type { Plan } from '../domain/plan.ts';
import { endpointId } from '../domain/request.ts';
import type { GenerationRow, OutputFacts } from '../store/generation-row.ts';
import type { Links } from './links.ts';
import type { Waiting } from './queue-view.ts';

/** A generation as the API shows it. `waiting` says what keeps it; undefined for one that has ended. */
export function presentGeneration(
  row: GenerationRow,
  links: Links,
  waiting: Waiting | undefined,
): Generation {
  const ended = isFinal(row.status);
  return {
    id: row.id,
    object: 'generation',
    endpoint: endpointId(row.endpoint),
    ...presentState(row, waiting),
    queue: waiting?.queue ?? null,
    engine: row.engine,
    model: row.model,
    ...(row.plan.rehearses === undefined ? {} : { rehearsal_of: row.plan.rehearses }),
    prompt: row.prompt,
    duration: row.durationSeconds,
    aspect_ratio: row.aspectRatio,
    seed: row.plan.seed,
    price: { credits: row.priceCredits, usd_cents: row.priceUsdCents, price_book: row.priceBook },
    credits: { held: ended ? 0 : row.priceCredits, charged: row.chargedCredits },
    plan: presentPlan(row.plan),
    output: presentOutput(row, links),
    late_output: presentLateOutput(row, links),
    error:
      row.failureCode === null
        ? null
        : {
            code: row.failureCode,
            message: row.failureMessage ?? '',
            charged: false,
            doc_url: links.codePage(row.failureCode),
          },
    notes: row.notes,
    checks: row.checks,
    storyboard: row.storyboard,
    attempts: row.attempt,
    workflow: row.workflow,
    batch_id: row.batchId,
    tags: row.tags,
    end_user_id: row.endUserId,
    priority: row.priority,
    metadata: row.metadata,
    webhook_url: row.webhookUrl,
    webhook_events: row.webhookEvents,
    quote_id: typeof row.quote?.['quote_id'] === 'string' ? row.quote['quote_id'] : null,
    start_by: row.startBy?.toISOString() ?? null,
    expires_at: row.expiresAt?.toISOString() ?? null,
    created_at: row.createdAt.toISOString(),
    started_at: row.startedAt?.toISOString() ?? null,
    finished_at: row.finishedAt?.toISOString() ?? null,
    timings: {
      queued_seconds: secondsBetween(row.createdAt, row.startedAt),
      processing_seconds: secondsBetween(row.startedAt, row.finishedAt),
    },
  };
}

/** The answer to a submit: the generation as it was at that moment, also when it is replayed much later. */
export function presentSubmitted(row: GenerationRow, links: Links): Generation {
  const fresh: GenerationRow = {
    ...row,
    status: 'pending',
    outcome: null,
    failureCode: null,
    failureMessage: null,
    chargedCredits: null,
    phase: null,
    progress: 0,
    attempt: 0,
    outputFileId: null,
    lateOutput: null,
    storyboard: null,
    notes: [],
    checks: [],
    startedAt: null,
    finishedAt: null,
  };
  return presentGeneration(fresh, links, { waitingOn: 'engine_slot', queue: null });
}

export function presentEvent(
  row: GenerationRow,
  waiting: Pick<Waiting, 'waitingOn'> | undefined,
): GenerationEvent {
  return { id: row.id, ...presentState(row, waiting) };
}

export function presentPlan(plan: Plan): z.infer<typeof planSchema> {
  return {
    engine: plan.engine,
    model: plan.model,
    prompt: plan.prompt,
    duration: plan.durationSeconds,
    aspect_ratio: plan.aspectRatio,
    width: plan.width,
    height: plan.height,
    seed: plan.seed,
    generate_audio: plan.generateAudio,
    references: plan.references.map((reference) => ({
      kind: reference.kind,
      tag: `@${capitalised(reference.kind)}${reference.position}`,
      file_id: reference.fileId ?? null,
      role: reference.role ?? null,
      alias: reference.alias ?? null,
      content_type: reference.facts.contentType,
    })),
    adjustments: plan.adjustments,
  };
}

function presentState(row: GenerationRow, waiting: Pick<Waiting, 'waitingOn'> | undefined) {
  return {
    status: row.status,
    outcome: row.outcome,
    waiting_on: waiting?.waitingOn ?? null,
    progress: { phase: isFinal(row.status) ? null : row.phase, fraction: round(row.progress, 3) },
  };
}

function presentOutput(row: GenerationRow, links: Links): Generation['output'] {
  const { outputFileId, posterFileId, outputFacts: facts, deletedAt } = row;
  if (outputFileId === null || posterFileId === null || facts === null || deletedAt !== null) return null;
  return presentVideo({ outputFileId, posterFileId, facts }, links);
}

/** A video that was made, with fresh links. */
export function presentVideo(
  { outputFileId, posterFileId, facts }: { outputFileId: string; posterFileId: string; facts: OutputFacts },
  links: Links,
): NonNullable<Generation['output']> {
  const width = facts.width ?? 0;
  const height = facts.height ?? 0;
  return {
    url: links.contentUrl({ id: outputFileId, contentType: facts.contentType }),
    poster_url: links.contentUrl({ id: posterFileId, contentType: 'image/jpeg' }),
    file_id: outputFileId,
    content_type: facts.contentType,
    duration: round(facts.durationSeconds ?? 0, 3),
    resolution: `${Math.min(width, height)}p`,
    width,
    height,
    fps: round(facts.fps ?? 0, 3),
    size_bytes: facts.sizeBytes,
    audio: facts.audioCodec !== undefined,
  };
}

/** Without links until it is adopted: nobody has paid for it. */
function presentLateOutput(row: GenerationRow, links: Links): Generation['late_output'] {
  if (row.lateOutput === null) return null;
  const { attemptId, fileId, posterFileId, facts, adopted } = row.lateOutput;
  const measuredSeconds = facts.durationSeconds ?? 0;
  const { priceBook, durationSeconds: requestedSeconds } = row;
  const price = priceOfLateOutput({ priceBook, requestedSeconds, measuredSeconds });
  return {
    attempt_id: attemptId,
    adopted,
    url: adopted ? links.contentUrl({ id: fileId, contentType: facts.contentType }) : null,
    poster_url: adopted ? links.contentUrl({ id: posterFileId, contentType: 'image/jpeg' }) : null,
    duration: round(measuredSeconds, 3),
    price:
      price === undefined
        ? null
        : { credits: price.credits, usd_cents: price.usdCents, price_book: priceBook },
  };
}

export function secondsBetween(from: Date | null, to: Date | null): number | null {
  return from === null || to === null ? null : (to.getTime() - from.getTime()) / 1000;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

const capitalised = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1);
