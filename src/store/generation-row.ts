import type { Check } from '../domain/check.ts';
import type { Purse } from '../domain/credits.ts';
import type { GenerationEventType } from '../domain/event.ts';
import type { FailureCode, Outcome, Status } from '../domain/generation.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { MediaFacts } from '../domain/media-facts.ts';
import type { Note, Plan } from '../domain/plan.ts';
import type { AspectRatio, EndpointName } from '../domain/request.ts';

/** What was measured of a video that was made. */
export type OutputFacts = MediaFacts & { sizeBytes: number };

/** A generation as stored. JSON columns hold only what this code wrote. */
export interface GenerationRow {
  id: string;
  accountId: string;
  purse: Purse;
  endpoint: EndpointName;
  engine: string;
  model: string;
  status: Status;
  outcome: Outcome | null;
  failureCode: FailureCode | null;
  failureMessage: string | null;
  prompt: string;
  durationSeconds: number;
  aspectRatio: AspectRatio;
  plan: Plan;
  priceCredits: number;
  priceUsdCents: number;
  priceBook: string;
  chargedCredits: number | null;
  workflow: string | null;
  batchId: string | null;
  tags: string[];
  endUserId: string | null;
  priority: number;
  metadata: JsonObject;
  webhookUrl: string | null;
  /** Which of its events go there; null: how it ended. */
  webhookEvents: GenerationEventType[] | null;
  phase: string | null;
  progress: number;
  attempt: number;
  /** Of the attempt under way or the last one. */
  attemptId: string | null;
  outputFileId: string | null;
  posterFileId: string | null;
  outputFacts: OutputFacts | null;
  storyboard: Json;
  notes: Note[];
  checks: Check[];
  /** A video that arrived after it had ended otherwise: the adopted one, else the newest. */
  lateOutput: LateOutputRow | null;
  startBy: Date | null;
  expiresAt: Date | null;
  quote: JsonObject | null;
  simulate: JsonObject | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  /** Its files are gone, and its owner wants to see it no more. */
  deletedAt: Date | null;
}

export interface LateOutputRow {
  attemptId: string;
  fileId: string;
  posterFileId: string;
  facts: OutputFacts;
  adopted: boolean;
}

/** The columns of a `GenerationRow`, from a table or CTE called `g`. */
export const generationColumns = `g.id, g.account_id as "accountId", g.purse, g.endpoint, g.engine, g.model,
  g.status, g.outcome, g.failure_code as "failureCode", g.failure_message as "failureMessage", g.prompt,
  g.duration_seconds as "durationSeconds", g.aspect_ratio as "aspectRatio", g.plan,
  g.price_credits as "priceCredits", g.price_usd_cents as "priceUsdCents", g.price_book as "priceBook",
  g.charged_credits as "chargedCredits", g.workflow, g.batch_id as "batchId", g.tags,
  g.end_user_id as "endUserId", g.priority, g.metadata, g.webhook_url as "webhookUrl",
  g.webhook_events as "webhookEvents", g.phase, g.progress,
  g.attempt, g.attempt_id as "attemptId", g.output_file_id as "outputFileId", g.poster_file_id as "posterFileId",
  g.output_facts as "outputFacts", g.storyboard, g.notes, g.checks,
  (select jsonb_build_object('attemptId', t.id, 'fileId', t.late_output_file_id, 'posterFileId', t.late_poster_file_id,
      'facts', t.late_output_facts, 'adopted', t.adopted_at is not null)
    from attempts t where t.generation_id = g.id and t.late_output_file_id is not null
    order by t.adopted_at nulls last, t.number desc limit 1) as "lateOutput",
  g.start_by as "startBy", g.expires_at as "expiresAt", g.quote, g.simulate, g.created_at as "createdAt",
  g.started_at as "startedAt", g.finished_at as "finishedAt",
  g.deleted_at as "deletedAt"`;
