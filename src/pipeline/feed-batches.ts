import { createHash } from 'node:crypto';
import type { Caller } from '../actions/caller.ts';
import { endBatch } from '../actions/cancel-batch.ts';
import type { Deps } from '../actions/deps.ts';
import { prepareGeneration, roughGeneration } from '../actions/prepare-generation.ts';
import { consentEnded } from '../actions/refusal-error.ts';
import type { SubmitCommand } from '../actions/submit-command.ts';
import { AppError } from '../domain/errors.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Reference } from '../domain/request.ts';
import { findHalfCanceled } from '../store/batches.ts';
import type { Store } from '../store/db.ts';
import {
  type FedBatch,
  FeedLost,
  foreseeRefusals,
  type Held,
  holdChunk,
  keepSnapshots,
  type Look,
  nextRows,
  type ReadyRow,
  type SetAside,
  takeDueBatch,
  type WaitingRow,
} from '../store/feed-batch.ts';
import { deleteFile, findFiles } from '../store/files.ts';
import type { NewGeneration } from '../store/submit-generation.ts';
import { rowProblem } from './row-problem.ts';
import { type WorkLine, workLine } from './work-line.ts';

export interface FeedDeps extends Deps {
  /** What a stored row asks for, read as a submit reads its body; throws an AppError for one that no longer can be. */
  readRow(request: JsonObject): SubmitCommand;
  /** How many rehearsals of an account wait in line or are made at once; absent: the usual number. */
  rehearsalsInFlight?: number;
  /** Called when generations were held, so that a worker of this process need not wait for its next look. */
  onHeld(): void;
  /** Told of what nobody expected; the batch goes on. */
  onUnexpected(error: unknown, doing: string): void;
}

/** How many batches a process feeds at once: a slow host of references keeps one of them busy, not all. */
const atOnce = 4;

/** Longer than a look may take: the last row may begin to fetch just before `prepareMs` and has 30 s. */
const feedLeaseSeconds = 120;

/** Feeds batches until stopped. Any number of processes may; a batch is fed by one of them at a time. */
export function startFeeder(deps: FeedDeps, stopping: AbortSignal): WorkLine {
  return workLine(deps, stopping, {
    doing: 'feeding batches',
    room: atOnce,
    async take() {
      const batch = await takeDueBatch(deps.store, feedLeaseSeconds, deps.rehearsalsInFlight);
      return batch === undefined ? [] : [() => feedBatch(deps, batch)];
    },
  });
}

/** Ends what is left of batches whose canceler died on the way. */
export async function finishCanceled(store: Store): Promise<void> {
  for (const { id, ...owner } of await findHalfCanceled(store, 20)) await endBatch(store, owner, id);
}

/** How many rows are made ready for one transaction, and for how long rows are begun. */
const chunkSize = 50;
const prepareMs = 20_000;
const preparedAtOnce = 8;

/** How many rows are read at once while those are passed over that a cap keeps waiting, and how many in one look. */
const scanned = { page: 200, pages: 10 };

/** A batch that is full is looked at again soon; one that is stopped, by then at the latest. */
const pauseSeconds = { full: 1, stopped: 60 };

/**
 * One look at a batch: the next rows that could be held are made ready and held in one transaction with their state.
 * What one row is refused for ends that row alone.
 */
export async function feedBatch(deps: FeedDeps, batch: FedBatch): Promise<void> {
  const chunk = await chooseRows(deps, batch);
  const made = await prepareRows(deps, batch, chunk);
  const newFileIds = new Map(made.ready.map(({ number, newFileIds: ids }) => [number, ids]));
  const held = await hold(deps, batch, chunk, made);
  // Those that wait for credits keep their files; everything else that was not held gives them back.
  for (const { number } of held.submitted) newFileIds.delete(number);
  for (const { number, refusal } of held.refused) if (refusal.reason !== 'consent') newFileIds.delete(number);
  for (const id of [...newFileIds.values()].flat()) await deleteFile(deps.store, batch.accountId, id);
  if (held.submitted.length > 0) deps.onHeld();
}

async function hold(deps: FeedDeps, batch: FedBatch, chunk: Chunk, made: Made): Promise<Held> {
  try {
    return await holdChunk(deps.store, batch, made.ready, (held) => judge(batch, chunk, made, held));
  } catch (error) {
    if (error instanceof FeedLost) return nothingHeld();
    if (error instanceof AppError || made.ready.length === 0) throw error;
    deps.onUnexpected(error, `holding rows of ${batch.id}`);
    return holdOneByOne(deps, batch, chunk, made);
  }
}

/** After a chunk that the database would not take: the row that is to blame is refused, and sinks no other. */
async function holdOneByOne(deps: FeedDeps, batch: FedBatch, chunk: Chunk, made: Made): Promise<Held> {
  const all = nothingHeld();
  for (const row of made.ready)
    try {
      const { submitted, refused, leftFrom } = await holdChunk(deps.store, batch, [row], () => undefined);
      all.submitted.push(...submitted);
      all.refused.push(...refused);
      all.leftFrom ??= leftFrom;
    } catch (error) {
      const reason = problemOf(deps, error, `holding row ${row.number} of ${batch.id}`);
      made.refused.push({ number: row.number, revision: row.revision, state: 'refused', reason });
    }
  await holdChunk(deps.store, batch, [], () => judge(batch, chunk, made, all));
  return all;
}

const nothingHeld = (): Held => ({ submitted: [], refused: [], leftFrom: undefined });

interface Candidate {
  row: WaitingRow;
  command: SubmitCommand;
}

/** The rows of one look: those to make ready, and what was found of the others on the way. */
interface Chunk {
  candidates: Candidate[];
  setAside: SetAside[];
  /** The last row that was looked at. */
  lookedTo: number;
  /** Whether there are no rows after it. */
  atEnd: boolean;
  /** What no row can be held for just now. */
  stop: Json | undefined;
}

async function chooseRows(deps: FeedDeps, batch: FedBatch): Promise<Chunk> {
  const chunk: Chunk = {
    candidates: [],
    setAside: [],
    lookedTo: batch.lookedTo,
    atEnd: false,
    stop: undefined,
  };
  if (batch.keyRevoked) return { ...chunk, stop: { reason: 'key_revoked', key_id: batch.keyId } };
  const most = Math.min(batch.room, chunkSize);
  for (let page = 0; page < scanned.pages && chunk.candidates.length < most; page += 1) {
    const rows = await nextRows(deps.store, batch, { after: chunk.lookedTo, limit: scanned.page });
    await passOver(deps, batch, { rows, chunk, most });
    if (chunk.stop !== undefined) break;
    if (rows.length < scanned.page && chunk.lookedTo === (rows.at(-1)?.number ?? chunk.lookedTo)) {
      chunk.atEnd = true;
      break;
    }
  }
  return chunk;
}

/** Adds rows to the chunk until it is full; those that a hold would be refused for are set aside unprepared. */
async function passOver(
  deps: FeedDeps,
  batch: FedBatch,
  options: { rows: readonly WaitingRow[]; chunk: Chunk; most: number },
): Promise<void> {
  const { rows, chunk, most } = options;
  const read = await Promise.all(rows.map((row) => readRow(deps, batch, row)));
  const rough = read.flatMap((one) => ('rough' in one ? [one.rough] : []));
  const foreseen = rough.length === 0 ? [] : await foreseeRefusals(deps.store, rough);
  let next = 0;
  for (const one of read) {
    if (chunk.candidates.length === most) return;
    const { number, revision } = one.row;
    if ('problem' in one) chunk.setAside.push({ number, revision, state: 'refused', reason: one.problem });
    else {
      const refusal = foreseen[next];
      next += 1;
      if (refusal === undefined) chunk.candidates.push(one);
      else {
        chunk.setAside.push({ number, revision, state: 'waiting_budget', reason: refusal });
        // Credits go to the first rows: a cheaper one further down does not overtake.
        if (refusal.reason === 'credits') {
          chunk.stop = refusal;
          return;
        }
      }
    }
    chunk.lookedTo = number;
  }
}

async function readRow(
  deps: FeedDeps,
  batch: FedBatch,
  row: WaitingRow,
): Promise<(Candidate & { rough: NewGeneration }) | { row: WaitingRow; problem: JsonObject }> {
  try {
    const asked = deps.readRow(row.request);
    const command: SubmitCommand = {
      ...asked,
      batchId: batch.id,
      ...(batch.rehearsal ? { rehearsal: true as const } : {}),
      workflow: asked.workflow ?? batch.workflow ?? undefined,
      tags: [...new Set([...batch.tags, ...asked.tags])],
    };
    return { row, command, rough: await roughGeneration(deps, callerOf(batch), command) };
  } catch (error) {
    return { row, problem: problemOf(deps, error, `reading row ${row.number} of ${batch.id}`) };
  }
}

interface Made {
  ready: (ReadyRow & { newFileIds: string[] })[];
  refused: SetAside[];
  /** The first row for which there was no time. */
  leftFrom: number | undefined;
}

async function prepareRows(deps: FeedDeps, batch: FedBatch, { candidates }: Chunk): Promise<Made> {
  const made: Made = { ready: [], refused: [], leftFrom: undefined };
  const endMs = performance.now() + prepareMs;
  const queue = candidates.values();
  const lane = async () => {
    for (const candidate of queue) {
      const { number, revision } = candidate.row;
      if (performance.now() > endMs) {
        made.leftFrom = Math.min(number, made.leftFrom ?? number);
        continue;
      }
      try {
        made.ready.push({ number, revision, ...(await prepareRow(deps, batch, candidate)) });
      } catch (error) {
        const reason = problemOf(deps, error, `preparing row ${number} of ${batch.id}`);
        made.refused.push({ number, revision, state: 'refused', reason });
      }
    }
  };
  await Promise.all(Array.from({ length: preparedAtOnce }, lane));
  made.ready.sort((a, b) => a.number - b.number);
  return made;
}

/** As a single submit would; a row that was made ready before does not fetch its references again. */
async function prepareRow(deps: FeedDeps, batch: FedBatch, { row, command }: Candidate) {
  const made = await prepareGeneration(deps, {
    caller: callerOf(batch),
    command,
    references: await stillThere(deps, batch, row.snapshots),
    freshSeed: seedOf(batch, row),
  });
  if (made.newFileIds.length > 0)
    await keepSnapshots(deps.store, batch, row, made.generation.plan.references);
  return made;
}

async function stillThere(
  deps: FeedDeps,
  batch: FedBatch,
  snapshots: Reference[] | null,
): Promise<Reference[] | undefined> {
  if (snapshots === null) return undefined;
  const ids = snapshots.flatMap(({ fileId }) => (fileId === undefined ? [] : [fileId]));
  const found = await findFiles(deps.store, batch.accountId, ids);
  return new Set(found.map(({ id }) => id)).size === new Set(ids).size ? snapshots : undefined;
}

/** The same row always has the same seed, however often it is made ready. */
function seedOf(batch: FedBatch, { number }: WaitingRow): number {
  return createHash('sha256').update(`${batch.id}/${number}`).digest().readUInt32BE() >>> 1;
}

const callerOf = ({ accountId, keyId, purse }: FedBatch): Caller => ({ accountId, keyId, purse });

/** How the look ends, once it is known what was held. */
function judge(batch: FedBatch, chunk: Chunk, made: Made, held: Held): Look {
  const refusals = new Map(held.refused.map(({ number, refusal }) => [number, refusal]));
  const refused = made.ready.flatMap(({ number, revision, generation }): SetAside[] => {
    const refusal = refusals.get(number);
    if (refusal === undefined) return [];
    if (refusal.reason === 'consent')
      return [{ number, revision, state: 'refused', reason: rowProblem(consentEnded(refusal)) }];
    return [
      { number, revision, state: 'waiting_budget', reason: refusal, snapshots: generation.plan.references },
    ];
  });
  const setAside = [...chunk.setAside, ...made.refused, ...refused];
  const waits = setAside.filter(({ state }) => state === 'waiting_budget');
  const outOfCredits = held.refused.find(({ refusal }) => refusal.reason === 'credits')?.refusal;
  const stop = chunk.stop ?? outOfCredits;
  if (stop !== undefined)
    return { setAside, lookedTo: 0, isOver: false, nextLookSeconds: pauseSeconds.stopped, stoppedBy: stop };
  const leftFrom = Math.min(
    made.leftFrom ?? Number.POSITIVE_INFINITY,
    held.leftFrom ?? Number.POSITIVE_INFINITY,
  );
  const isOver = chunk.atEnd && leftFrom === Number.POSITIVE_INFINITY;
  const full = batch.room <= held.submitted.length || held.leftFrom !== undefined;
  return {
    setAside,
    lookedTo: isOver ? 0 : Math.min(chunk.lookedTo, leftFrom - 1),
    isOver,
    nextLookSeconds: isOver ? pauseSeconds.stopped : full ? pauseSeconds.full : 0,
    // A pass that has met no cap so far says that nothing stops the batch any more.
    stoppedBy: waits.at(-1)?.reason ?? (batch.lookedTo === 0 ? null : undefined),
  };
}

/** What to write down of a row that cannot be made; what is wrong with us is told, and not shown. */
function problemOf(deps: FeedDeps, error: unknown, doing: string): JsonObject {
  // The database is away: the lease runs out, and the row is looked at again.
  if (error instanceof AppError && error.code === 'unavailable') throw error;
  if (!(error instanceof AppError)) deps.onUnexpected(error, doing);
  return rowProblem(error);
}
