import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Generation } from '../../client/index.ts';
import type { Batch } from '../../contract/batch.ts';

/** How a run stands, over all batches that it follows. */
export interface RunProgress {
  rows: number;
  /** Made, failed, refused or canceled. */
  ended: number;
  made: number;
  failed: number;
  running: number;
  waiting: number;
  /** Rows that a cap or the balance keeps: they go on by themselves when it is raised. */
  parked: number;
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

/** A short run is over soon, a long one is looked at now and then. */
const lookMs = { first: 50, growth: 1.3, longest: 1_000 };

/**
 * Follows batches until every row of them has ended; or until nothing but rows that are parked is left, unless
 * `waitForCaps`. Where the server is away for a while it waits for it, as the client does. Resolves with how they stand.
 */
export async function followBatches(
  { client, signal }: { client: Client; signal: AbortSignal },
  batchIds: readonly string[],
  follower: RunFollower & { since: string; waitForCaps: boolean },
): Promise<RunProgress> {
  const ends = createEnds(client, batchIds, follower, signal);
  for (let pauseMs = lookMs.first; ; pauseMs = Math.min(lookMs.longest, pauseMs * lookMs.growth)) {
    const batches = await Promise.all(batchIds.map((id) => client.batches.get(id, { signal })));
    await ends.look(batches);
    const progress = sumUp(batches, ends);
    follower.onProgress(progress);
    if (progress.ended === progress.rows) return progress;
    const moves = progress.running + progress.waiting > 0;
    const isHeld = batches.some(({ status }) => status === 'paused');
    if (!moves && progress.parked > 0 && !isHeld && !follower.waitForCaps) return progress;
    if (follower.wantsRunning) follower.onRunning(await runningOf(client, batches, signal));
    await sleep(pauseMs, undefined, { signal });
  }
}

interface Ends {
  look(batches: readonly Batch[]): Promise<void>;
  seconds: number;
}

/** Tells of each row once, as the events of the account bring its end and the batch its refusals. */
function createEnds(
  client: Client,
  batchIds: readonly string[],
  { onEnd, since }: RunFollower & { since: string },
  signal: AbortSignal,
): Ends {
  let cursor = since;
  const refusedTo = new Map(batchIds.map((id) => [id, 0]));
  const told = new Map(batchIds.map((id) => [id, 0]));
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
    if (rows.refused === (told.get(id) ?? 0)) return;
    const found = client.batches.rows(
      id,
      { state: 'refused', limit: 500, cursor: String(refusedTo.get(id) ?? 0) },
      { signal },
    );
    for await (const row of found) {
      refusedTo.set(id, Math.max(row.number, refusedTo.get(id) ?? 0));
      told.set(id, (told.get(id) ?? 0) + 1);
      const metadata = row.request['metadata'] as { record_key?: string; title?: string } | undefined;
      const key = metadata?.record_key ?? String(row.number);
      const error = String(row.reason?.['detail'] ?? row.reason?.['code'] ?? 'It was refused.');
      end({ key, title: metadata?.title ?? key, made: false, seconds: null, credits: null, error });
    }
    told.set(id, rows.refused);
  };
  return ends;
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

function sumUp(batches: readonly Batch[], ends: Ends): RunProgress {
  const sum = (of: (batch: Batch) => number) => batches.reduce((total, batch) => total + of(batch), 0);
  const made = sum(({ generations }) => generations.complete);
  const failed = sum(({ generations, rows }) => generations.failed + rows.refused + rows.canceled);
  const etas = batches.flatMap(({ eta_seconds: eta }) => eta ?? []);
  return {
    rows: sum(({ row_count: count }) => count),
    ended: made + failed,
    made,
    failed,
    running: sum(({ generations }) => generations.processing),
    waiting: sum(({ generations, rows }) => generations.pending + rows.waiting),
    parked: sum(({ rows }) => rows.waiting_budget),
    seconds: ends.seconds,
    credits: { charged: sum(({ credits }) => credits.charged), held: sum(({ credits }) => credits.held) },
    etaSeconds: etas.length === 0 ? undefined : Math.max(...etas),
    stoppedBy: batches.find(({ stopped_by: by }) => by !== null)?.stopped_by ?? undefined,
    reasons: reasonsOf(batches),
  };
}

/** From the batches themselves: events are told a moment later, and some before this run began to listen. */
function reasonsOf(batches: readonly Batch[]): Map<string, number> {
  const reasons = new Map<string, { message: string; rows: number }>();
  for (const { code, message, rows } of batches.flatMap(({ failures }) => failures))
    reasons.set(code, { message, rows: rows + (reasons.get(code)?.rows ?? 0) });
  return new Map([...reasons.values()].map(({ message, rows }) => [message, rows]));
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
