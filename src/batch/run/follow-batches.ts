import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Generation } from '../../client/index.ts';
import type { Batch, BatchRow } from '../../contract/batch.ts';
import { type LookPace, lookAtBatches } from './look-at-batches.ts';
import { waitingRows } from './standstill.ts';

/** How a run stands, over all batches that it follows. */
export interface RunProgress {
  rows: number;
  /** Made, failed, refused or canceled. */
  ended: number;
  made: number;
  failed: number;
  running: number;
  waiting: number;
  /** Rows that a cap or missing credits keep: they go on by themselves when those are raised. */
  parked: number;
  /** Those whose job only its provider or the operator can decide on: the first of their keys, and how many there are. */
  undecided: { rows: number; keys: readonly string[] };
  seconds: number;
  credits: { charged: number; held: number };
  etaSeconds: number | undefined;
  /** What keeps rows, in the words of the batch. */
  stoppedBy: Record<string, unknown> | undefined;
  /** How many ended without a video, by a reason of one of each code. */
  reasons: ReadonlyMap<string, number>;
}

export interface RunFollower {
  onProgress(progress: RunProgress): void;
  /** Those in the making just now; asked for only where `wantsRunning`. */
  onRunning(generations: readonly Generation[]): void;
  onEnd(row: EndedRow): void;
  wantsRunning: boolean;
}

/** A row of a run that has ended. */
export interface EndedRow {
  key: string;
  title: string;
  made: boolean;
  seconds: number | null;
  credits: number | null;
  error: string | null;
}

/** How batches of an earlier run stood when this one came to them: what had failed by then is that run's to tell. */
export type JoinedBatches = ReadonlyMap<string, { batch: Batch; refused: ReadonlySet<number> }>;

export async function joinBatches(
  { client, signal }: { client: Client; signal: AbortSignal },
  ids: Iterable<string>,
): Promise<JoinedBatches> {
  const joined = new Map<string, { batch: Batch; refused: ReadonlySet<number> }>();
  for (const id of ids) {
    const batch = await client.batches.get(id, { signal });
    const refused = new Set<number>();
    if (batch.rows.refused > 0)
      for await (const { number } of client.batches.rows(id, { state: 'refused', limit: 500 }, { signal }))
        refused.add(number);
    joined.set(id, { batch, refused });
  }
  return joined;
}

const pace: LookPace = { firstMs: 50, growth: 1.3, longestMs: 1_000 };

/**
 * Follows batches until every row of them has ended; or until nothing but rows that are parked is left, unless
 * `waitForCaps`, or jobs that only the operator can decide on. Where the server is away for a while it waits for it, as the client does. Resolves with how they stand.
 */
export async function followBatches(
  { client, signal }: { client: Client; signal: AbortSignal },
  batchIds: readonly string[],
  follower: RunFollower & {
    since: string;
    waitForCaps: boolean;
    joined: JoinedBatches;
  },
): Promise<RunProgress> {
  const ends = createEnds(client, batchIds, follower, signal);
  const looking = {
    client,
    signal,
    sleep: (ms: number) => sleep(ms, undefined, { signal }),
  };
  return lookAtBatches(looking, batchIds, pace, async (batches, isStill) => {
    await ends.look(batches);
    const progress = sumUp(batches, ends, follower.joined);
    follower.onProgress(progress);
    if (progress.ended === progress.rows) return progress;
    const isLeft = progress.parked > 0 ? !follower.waitForCaps : progress.undecided.rows > 0;
    if (isStill && isLeft) return progress;
    if (follower.wantsRunning) follower.onRunning(await runningOf(client, batches, signal));
    return undefined;
  });
}

interface Ends {
  look(batches: readonly Batch[]): Promise<void>;
  seconds: number;
}

/** Tells of each row once, as the events of the account bring its end and the batch its refusals. */
function createEnds(
  client: Client,
  batchIds: readonly string[],
  { onEnd, since, joined }: RunFollower & { since: string; joined: JoinedBatches },
  signal: AbortSignal,
): Ends {
  let cursor = since;
  const refused = new Map(batchIds.map((id) => [id, new Set(joined.get(id)?.refused)]));
  const highest = new Map<string, number>();
  const ends: Ends = {
    seconds: 0,
    async look(batches) {
      for (;;) {
        const page = await client.events.list(
          { cursor, types: ['generation.complete', 'generation.failed'], limit: 100 },
          { signal },
        );
        for (const { data } of page.data) {
          const generation = data as unknown as Generation;
          if (batchIds.includes(generation.batch_id ?? '')) end(endOf(generation));
        }
        cursor = page.next_cursor;
        if (!page.has_more) break;
      }
      for (const batch of batches) await lookAtRefused(batch);
    },
  };
  const end = (row: EndedRow) => {
    ends.seconds += row.seconds ?? 0;
    onEnd(row);
  };
  const lookAtRefused = async ({ id, rows }: Batch) => {
    const seen = refused.get(id) ?? new Set<number>();
    // Rows are refused out of their order now and then: then from the beginning.
    for (const after of [highest.get(id) ?? 0, 0]) {
      if (rows.refused <= seen.size) return;
      const query = { state: 'refused', limit: 500, cursor: String(after) } as const;
      for await (const row of client.batches.rows(id, query, { signal })) {
        if (seen.has(row.number)) continue;
        seen.add(row.number);
        highest.set(id, Math.max(row.number, highest.get(id) ?? 0));
        end(refusalOf(row));
      }
    }
  };
  return ends;
}

function refusalOf({ number, request, reason }: BatchRow): EndedRow {
  const metadata = request['metadata'] as { record_key?: string; title?: string } | undefined;
  const key = metadata?.record_key ?? String(number);
  const error = String(reason?.['detail'] ?? reason?.['code'] ?? 'It was refused.');
  return { key, title: metadata?.title ?? key, made: false, seconds: null, credits: null, error };
}

function endOf(generation: Generation): EndedRow {
  const { metadata, output, error, credits, id } = generation;
  const key = String(metadata['record_key'] ?? id);
  return {
    key,
    title: String(metadata['title'] ?? key),
    made: generation.status === 'complete',
    seconds: output?.duration ?? null,
    credits: credits.charged,
    error: error?.message ?? null,
  };
}

function sumUp(batches: readonly Batch[], ends: Ends, joined: JoinedBatches): RunProgress {
  const sum = (of: (batch: Batch) => number) => batches.reduce((total, batch) => total + of(batch), 0);
  const made = sum(({ generations }) => generations.complete);
  const failedBefore = (batch: Batch) => {
    const earlier = joined.get(batch.id)?.batch;
    // Fewer where somebody lets them be tried again meanwhile.
    return earlier === undefined ? 0 : Math.min(failedOf(earlier), failedOf(batch));
  };
  const failed = sum((batch) => failedOf(batch) - failedBefore(batch));
  const etas = batches.flatMap(({ eta_seconds: eta }) => eta ?? []);
  return {
    rows: sum((batch) => batch.row_count - failedBefore(batch)),
    ended: made + failed,
    made,
    failed,
    running: sum(({ generations }) => generations.processing),
    waiting: sum((batch) => batch.generations.pending + waitingRows(batch).waiting),
    parked: sum((batch) => waitingRows(batch).parked),
    undecided: {
      rows: sum((batch) => batch.parked.videos),
      keys: batches.flatMap(({ parked }) => parked.first.map(({ key, generation_id: id }) => key ?? id)),
    },
    seconds: ends.seconds,
    credits: { charged: sum(({ credits }) => credits.charged), held: sum(({ credits }) => credits.held) },
    etaSeconds: etas.length === 0 ? undefined : Math.max(...etas),
    stoppedBy: batches.find(({ stopped_by: by }) => by !== null)?.stopped_by ?? undefined,
    reasons: reasonsOf(batches, joined),
  };
}

const failedOf = ({ generations, rows }: Batch) => generations.failed + rows.refused + rows.canceled;

/** From the batches themselves: events are told a moment later, and some before this run began to listen. */
function reasonsOf(batches: readonly Batch[], joined: JoinedBatches): Map<string, number> {
  const reasons = new Map<string, { message: string; rows: number }>();
  for (const { id, failures } of batches)
    for (const { code, message, rows } of failures) {
      const earlier = joined.get(id)?.batch.failures.find((failure) => failure.code === code)?.rows ?? 0;
      reasons.set(code, { message, rows: rows - Math.min(rows, earlier) + (reasons.get(code)?.rows ?? 0) });
    }
  return new Map(
    [...reasons.values()].filter(({ rows }) => rows > 0).map(({ message, rows }) => [message, rows]),
  );
}

const mostShown = 12;

async function runningOf(
  client: Client,
  batches: readonly Batch[],
  signal: AbortSignal,
): Promise<Generation[]> {
  const busy = batches.filter(({ generations }) => generations.processing > 0);
  const pages = await Promise.all(
    busy.map(({ id }) =>
      client.generations.list({ batch_id: id, status: 'processing', limit: mostShown }, { signal }),
    ),
  );
  return pages.flatMap(({ data }) => data);
}
