import type { Json } from '../../domain/json.ts';
import type { FetchOnce } from '../fetch-once.ts';

/** Where records come from: a file, a query, a feed. */
export interface Source {
  /** For messages: `catalogue.csv`, `the query of SHOP_DATABASE_URL`. Holds no secret. */
  readonly name: string;
  /**
   * The records, in the order of the source, each read once and in flat memory. What is wrong with one record is a
   * fault in its place, and the others come. Throws an AppError where nothing more can be read, and the reason of
   * `signal`. Stopping early closes what was open; every call begins again.
   */
  rows(signal: AbortSignal): AsyncIterable<SourceRecord>;
}

export type SourceRecord = SourceRow | RowFault;

export interface SourceRow {
  /** For a person to find it: `line 3` of a CSV, `item 2` of a list. */
  place: string;
  /** The value of the key column as a text, trimmed; no two rows of a source share one. */
  key: string;
  values: Record<string, Json>;
}

/** A record that cannot be used. */
export interface RowFault {
  place: string;
  /** Where it is known; that of a duplicate is the key of another row. */
  key?: string;
  /** One or more sentences: the thing, the value, the remedy. Never holds more than the beginning of a value. */
  fault: string;
}

/** What a driver yields, before keys and cells have been looked at. */
export type RawRecord = { place: string; values: Record<string, Json> } | RowFault;

/** One way to read records. Its options are checked already. */
export interface SourceDriver<Spec> {
  name(spec: Spec): string;
  records(spec: Spec, context: SourceContext, signal: AbortSignal): AsyncIterable<RawRecord>;
}

/** What a source may reach. Everything that a workflow names is looked up here and nowhere else. */
export interface SourceContext {
  /** The folder that relative paths begin at; undefined where a workflow may read no files, as on a server. */
  folder: string | undefined;
  /** A variable by its name. Where others write the workflow, it must know only what they may use and send away. */
  env(name: string): string | undefined;
  /** Whether the variables belong to somebody else than who is told of errors: then none says what is in them. */
  isDiscreet?: boolean;
  fetch: FetchOnce;
  /** Rejects with the reason of `signal`. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Bounds of every source. Bytes are those of UTF-8. */
export const sourceLimits = {
  cellBytes: 100_000,
  /** One record as it is written: a line, an item, an element. */
  recordBytes: 4_000_000,
  columns: 1_000,
  keyCharacters: 200,
} as const;
