import type { Purse } from '../domain/credits.ts';
import type { EventType } from '../domain/event.ts';
import type { FailureCode, Outcome, Status } from '../domain/generation.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Db } from './db.ts';
import { type GenerationRow, generationColumns } from './generation-row.ts';
import type { RemoteStep } from './remote-attempts.ts';

export interface AttemptRow {
  id: string;
  number: number;
  engine: string;
  startedAt: Date;
  endedAt: Date | null;
  result: string | null;
  code: FailureCode | null;
  message: string | null;
  /** Of a remote one that has not ended. */
  step: RemoteStep | 'unknown' | null;
  handle: JsonObject | null;
  billedSeconds: number | null;
  costMicroUsd: number | null;
  lateOutputFileId: string | null;
  adoptedAt: Date | null;
}

/** Whose generations are meant: live keys see an account's live ones, test keys its test ones. */
export interface Owner {
  accountId: string;
  purse: Purse;
}

/** Undefined unless it is this owner's. */
export async function findGeneration(db: Db, owner: Owner, id: string): Promise<GenerationRow | undefined> {
  const [row] = await db.query<GenerationRow>(
    `select ${generationColumns} from generations g where g.id = $1 and g.account_id = $2 and g.purse = $3`,
    [id, owner.accountId, owner.purse],
  );
  return row;
}

/** For the pipeline, which works for whoever owns it. */
export async function readGeneration(db: Db, id: string): Promise<GenerationRow> {
  const [row] = await db.query<GenerationRow>(
    `select ${generationColumns} from generations g where g.id = $1`,
    [id],
  );
  if (row === undefined) throw new Error(`the generation ${id} is gone`);
  return row;
}

export interface GenerationFilter {
  status?: Status | undefined;
  outcome?: Outcome | undefined;
  engine?: string | undefined;
  endpoint?: string | undefined;
  workflow?: string | undefined;
  batchId?: string | undefined;
  tag?: string | undefined;
  endUserId?: string | undefined;
  createdAfter?: Date | undefined;
  createdBefore?: Date | undefined;
}

/** Where a page ends: the order is by time of creation, newest first, then id. */
export interface GenerationCursor {
  /** Microseconds since 1970, which a JavaScript date would round. */
  createdAtMicroseconds: number;
  id: string;
}

/** Of one of this owner's generations: where a page would end that ends with it. */
export async function findGenerationCursor(
  db: Db,
  owner: Owner,
  id: string,
): Promise<GenerationCursor | undefined> {
  const [row] = await db.query<GenerationCursor>(
    `select id, (extract(epoch from created_at) * 1000000)::bigint as "createdAtMicroseconds"
    from generations where id = $1 and account_id = $2 and purse = $3`,
    [id, owner.accountId, owner.purse],
  );
  return row;
}

/**
 * One page of an account's generations, newest first unless `oldestFirst`, and the cursor of the next one if there are
 * more. Those that were deleted are not listed.
 */
export async function listGenerations(
  db: Db,
  options: {
    owner: Owner;
    filter: GenerationFilter;
    after: GenerationCursor | undefined;
    limit: number;
    oldestFirst?: boolean;
  },
): Promise<{ generations: GenerationRow[]; next: GenerationCursor | undefined }> {
  const { owner, filter, after, limit, oldestFirst = false } = options;
  const [beyond, order] = oldestFirst ? ['>', 'asc'] : ['<', 'desc'];
  const rows = await db.query<GenerationRow & { position: number }>(
    `select ${generationColumns}, (extract(epoch from g.created_at) * 1000000)::bigint as position
    from generations g
    where g.account_id = $1
      and ($2::text is null or g.status = $2)
      and ($3::text is null or g.outcome = $3)
      and ($4::text is null or g.engine = $4)
      and ($5::text is null or g.endpoint = $5)
      and ($6::text is null or g.workflow = $6)
      and ($7::text is null or g.batch_id = $7)
      and ($8::text is null or $8 = any(g.tags))
      and ($9::text is null or g.end_user_id = $9)
      and ($10::timestamptz is null or g.created_at > $10)
      and ($11::timestamptz is null or g.created_at < $11)
      and ($12::bigint is null or
        (g.created_at, g.id) ${beyond} (timestamptz 'epoch' + $12 * interval '1 microsecond', $13::text))
      and g.purse = $15
      and g.deleted_at is null
    order by g.created_at ${order}, g.id ${order}
    limit $14`,
    [
      owner.accountId,
      filter.status ?? null,
      filter.outcome ?? null,
      filter.engine ?? null,
      filter.endpoint ?? null,
      filter.workflow ?? null,
      filter.batchId ?? null,
      filter.tag ?? null,
      filter.endUserId ?? null,
      filter.createdAfter ?? null,
      filter.createdBefore ?? null,
      after?.createdAtMicroseconds ?? null,
      after?.id ?? null,
      limit + 1,
      owner.purse,
    ],
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const next =
    rows.length > limit && last !== undefined
      ? { createdAtMicroseconds: last.position, id: last.id }
      : undefined;
  return { generations: page, next };
}

export async function listAttempts(db: Db, generationId: string): Promise<AttemptRow[]> {
  return db.query<AttemptRow>(
    `select id, number, engine, started_at as "startedAt", ended_at as "endedAt", result, code, message, step, handle,
      billed_seconds as "billedSeconds", cost_micro_usd as "costMicroUsd", late_output_file_id as "lateOutputFileId",
      adopted_at as "adoptedAt"
    from attempts where generation_id = $1 order by number`,
    [generationId],
  );
}

export async function listEvents(
  db: Db,
  generationId: string,
  afterId: number,
): Promise<{ id: number; type: EventType; createdAt: Date }[]> {
  return db.query(
    `select id, type, created_at as "createdAt" from events where generation_id = $1 and id > $2 order by id`,
    [generationId, afterId],
  );
}

/** Moves a generation that has not begun up or down. Undefined if it has, or is not this owner's. */
export async function setPriority(
  db: Db,
  owner: Owner,
  id: string,
  priority: number,
): Promise<GenerationRow | undefined> {
  const [row] = await db.query<GenerationRow>(
    `update generations g set priority = $4
    where g.id = $1 and g.account_id = $2 and g.purse = $3 and g.status = 'pending' returning ${generationColumns}`,
    [id, owner.accountId, owner.purse, priority],
  );
  return row;
}
