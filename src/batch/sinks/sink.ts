import type { Json } from '../../domain/json.ts';
import type { FetchOnce } from '../fetch-once.ts';

/** Where results go: a file, a table, a receiver. */
export interface Sink {
  /** For messages: `results.csv`, `the update in SHOP_DATABASE_URL`. Holds no secret. */
  readonly name: string;
  /** Whether a write replaces all that it holds, so that it has to know of every row. */
  readonly isWhole: boolean;
  /** Of one that is told of results one by one: what those it has taken are remembered by. */
  readonly marking?: SinkMarking;
  /**
   * Writes what came of a run. Doing it again with the same results leaves the same behind: a file is replaced as a
   * whole when all is written, rows and messages are repeated under the same identity. What cannot be written of one
   * result is told in the report and the others go on; throws an AppError where nothing can be, and the reason of `signal`.
   * `onTaken` is told of each result that a sink with a `marking` has for good.
   */
  write(
    results: AsyncIterable<SinkResult>,
    signal: AbortSignal,
    onTaken?: (result: SinkResult) => Promise<void>,
  ): Promise<SinkReport>;
}

export interface SinkMarking {
  /** Another one for a sink that writes something else, or to another place; holds no secret. */
  name: string;
  /** Another one where what is written of a row is, though the version of its record is the same. */
  tagOf(values: SinkResult['values']): string;
}

/** One time that a sink is told of a record. */
export interface Telling {
  /** The name of its marking. */
  sink: string;
  /** The same until the sink has taken it, and another one each time after that. */
  number: number;
  /** False: it was told of a video, and the record shows none any more. */
  isShown: boolean;
}

/** How a row ended. `invalid`: never asked for. `unfinished`: the run stopped before its end. */
export const sinkStatuses = ['made', 'failed', 'refused', 'canceled', 'invalid', 'unfinished'] as const;

export type SinkStatus = (typeof sinkStatuses)[number];

/** One row of a source and the video that its record serves. */
export interface SinkResult {
  key: string;
  /** The columns of the source. */
  values: Readonly<Record<string, Json>>;
  status: SinkStatus;
  /** The record's stable address below KINORA_PUBLIC_URL; never a link that expires. */
  video_url: string | null;
  poster_url: string | null;
  record_id: string | null;
  version: number | null;
  generation_id: string | null;
  seconds: number | null;
  width: number | null;
  height: number | null;
  bytes: number | null;
  credits: number | null;
  error: string | null;
  /** Made on the embedded engine to try a workflow out; belongs to no record. All results of a run agree. */
  rehearsal: boolean;
  ai_made: true;
  /** The factor code of an ad. */
  code?: string;
  /** Of one for a sink with a `marking`; a rehearsal has none. */
  telling?: Telling;
}

export interface SinkReport {
  /** How many results were written. */
  written: number;
  /** How many of a rehearsal were tried as far as can be without leaving anything behind. */
  checked: number;
  /** How many were passed over because there is nothing to write: not made, where only made ones are wanted. */
  skipped: number;
  /** How many a run has passed over because an earlier one has written them as they are. */
  delivered?: number;
  /** How many could not be written, or may not be. */
  refused: number;
  /** Why, for the first 100 of them. */
  refusals: { key: string; reason: string }[];
}

/** What a sink may reach. Everything that a workflow names is looked up here and nowhere else. */
export interface SinkContext {
  /** The folder that relative paths begin at; undefined where a workflow may write no files, as on a server. */
  folder: string | undefined;
  /** A variable by its name. Where others write the workflow, it must know only what they may use and send away. */
  env(name: string): string | undefined;
  /** Whether the variables belong to somebody else than who is told of errors: then none says what is in them. */
  isDiscreet?: boolean;
  fetch: FetchOnce;
  /** Rejects with the reason of `signal`. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  now(): Date;
  /** The bytes of a result's video or poster, for sinks that copy them. Throws an AppError where there are none. */
  content(result: SinkResult, part: 'video' | 'poster', signal: AbortSignal): AsyncIterable<Uint8Array>;
}
