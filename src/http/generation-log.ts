import { createHash } from 'node:crypto';
import { type CsvCell, csvLine } from '../domain/csv-line.ts';
import { isFinal } from '../domain/generation.ts';
import type { Reference } from '../domain/request.ts';
import { endpointId } from '../domain/request.ts';
import type { LoggedGeneration } from '../store/page-generations.ts';
import type { Links } from './links.ts';
import { presentPlan, secondsBetween } from './present-generation.ts';

/** What the log says of a generation, in this order, in every format. */
const columns = {
  id: ({ id }) => id,
  created_at: ({ createdAt }) => createdAt.toISOString(),
  started_at: ({ startedAt }) => startedAt?.toISOString() ?? null,
  finished_at: ({ finishedAt }) => finishedAt?.toISOString() ?? null,
  queued_seconds: ({ createdAt, startedAt }) => secondsBetween(createdAt, startedAt),
  processing_seconds: ({ startedAt, finishedAt }) => secondsBetween(startedAt, finishedAt),
  status: ({ status }) => status,
  outcome: ({ outcome }) => outcome,
  error_code: ({ failureCode }) => failureCode,
  error_message: ({ failureMessage }) => failureMessage,
  endpoint: ({ endpoint }) => endpointId(endpoint),
  engine: ({ engine }) => engine,
  model: ({ model }) => model,
  prompt: ({ prompt }) => prompt,
  prompt_sent: ({ plan }) => plan.prompt,
  plan: ({ plan }) => presentPlan(plan),
  references: ({ plan }) => plan.references.map(presentReference),
  reference_set_sha256: ({ plan }) => referenceSetHash(plan.references),
  aspect_ratio: ({ aspectRatio }) => aspectRatio,
  seed: ({ plan }) => plan.seed,
  duration_seconds: ({ durationSeconds }) => durationSeconds,
  measured_seconds: ({ outputFacts }) => outputFacts?.durationSeconds ?? null,
  credits_held: ({ priceCredits }) => priceCredits,
  credits_charged: ({ status, chargedCredits }) => (isFinal(status) ? (chargedCredits ?? 0) : null),
  credits_refunded: ({ refundedCredits }) => refundedCredits,
  price_usd_cents: ({ priceUsdCents }) => priceUsdCents,
  price_book: ({ priceBook }) => priceBook,
  output_file_id: ({ outputFileId }) => outputFileId,
  output_url: ({ outputFileId }, links) =>
    outputFileId === null ? null : links.absolute(`/v1/files/${outputFileId}/content`),
  attempts: ({ attempt }) => attempt,
  workflow: ({ workflow }) => workflow,
  batch_id: ({ batchId }) => batchId,
  tags: ({ tags }) => tags,
  end_user_id: ({ endUserId }) => endUserId,
  key_id: ({ keyId }) => keyId,
  purse: ({ purse }) => purse,
  metadata: ({ metadata }) => metadata,
} satisfies Record<string, (row: LoggedGeneration, links: Links) => CsvCell | object>;

type Column = (row: LoggedGeneration, links: Links) => CsvCell | object;

/** A way to write the log down; `head` comes first, then a line for each generation. */
export interface LogFormat {
  contentType: string;
  head: string;
  line(row: LoggedGeneration, links: Links): string;
}

export const logFormats = {
  csv: {
    contentType: 'text/csv; charset=utf-8; header=present',
    head: csvLine(Object.keys(columns)),
    line: (row, links) =>
      csvLine(
        Object.values<Column>(columns).map((column): CsvCell => {
          const value = column(row, links);
          return value !== null && typeof value === 'object' ? JSON.stringify(value) : value;
        }),
      ),
  },
  ndjson: {
    contentType: 'application/x-ndjson',
    head: '',
    line: (row, links) =>
      `${JSON.stringify(Object.fromEntries(Object.entries<Column>(columns).map(([name, column]) => [name, column(row, links)])))}\n`,
  },
} satisfies Record<string, LogFormat>;

function presentReference({ kind, position, role, alias, fileId, sha256 }: Reference) {
  return { kind, position, role: role ?? null, alias: alias ?? null, file_id: fileId ?? null, sha256 };
}

/**
 * The same for two generations exactly if their references have the same bytes in the same places: the SHA-256 of one
 * line `kind position sha256` for each, sorted. Null without references.
 */
function referenceSetHash(references: readonly Reference[]): string | null {
  if (references.length === 0) return null;
  const lines = references.map(({ kind, position, sha256 }) => `${kind} ${position} ${sha256}`).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}
