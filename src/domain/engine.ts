import type { Capabilities } from './capabilities.ts';
import type { Check } from './check.ts';
import type { FailureCode } from './generation.ts';
import type { Json, JsonObject } from './json.ts';
import type { MediaFacts } from './media-facts.ts';
import type { Note, Plan } from './plan.ts';
import type { EnginePool } from './server-pool.ts';
import type { Storyboard } from './storyboard.ts';

export interface Progress {
  phase: 'understand' | 'storyboard' | 'render' | 'sound' | 'encode' | 'check';
  /** Of the whole job, 0 to 1, never falling. */
  fraction: number;
}

/** A reference of the plan, as bytes on this machine. Same order as `plan.references`. */
export interface ReferenceFile {
  path: string;
  facts: MediaFacts;
  /** Where a provider may fetch it for a day; absent where nothing outside can reach us. */
  publicUrl?: string;
}

export interface RenderContext {
  references: readonly ReferenceFile[];
  /** An empty folder of this attempt alone; its owner removes it afterwards. */
  directory: string;
  /** Aborted when the generation is canceled or the worker stops; the render then ends as soon as it can. */
  signal: AbortSignal;
  onProgress(progress: Progress): void;
}

export type RenderResult =
  | {
      status: 'done';
      videoPath: string;
      posterPath: string;
      storyboard: Json;
      notes: Note[];
      /** What the engine found when it looked at its own video; empty where it did not look. */
      checks: Check[];
    }
  | {
      status: 'failed';
      code: FailureCode;
      message: string;
      retryable: boolean;
      /** Of the video that was held back, with `check_failed`. */
      checks?: Check[];
    };

/** A film that was decided and not made: with a picture of it for a person. */
export type StoryboardResult =
  | { status: 'done'; storyboard: Storyboard; stripPath: string; notes: Note[] }
  | Extract<RenderResult, { status: 'failed' }>;

/** An engine that makes the video itself, on this machine. Same plan, same seed: same frames. */
export interface LocalEngine {
  kind: 'local';
  name: string;
  capabilities: Capabilities;
  /** How many renders may run at once in one process. */
  slots: number;
  /** How long one video takes, for forecasts before any was made. */
  typicalSeconds?: number;
  /** Throws only if aborted or if Kinora itself is at fault; everything else is a result. */
  render(plan: Plan, context: RenderContext): Promise<RenderResult>;
  /** The storyboard that `render` would film, and a few pictures of each of its shots; throws as `render` does. */
  storyboard?(plan: Plan, context: RenderContext): Promise<StoryboardResult>;
  /** Removes from this machine whatever was kept of a reference with this hash for later films. */
  forget?(sha256: string): Promise<void>;
}

/** What a remote engine is handed with every call. `signal` aborts at the engine's own time limit for one call. */
export interface CallContext {
  signal: AbortSignal;
}

export interface StartContext extends CallContext {
  /** Ours, random, and the same when a start is repeated: the provider's idempotency key where it takes one. */
  attemptId: string;
  /** Where the provider may tell of an end; carries the attempt id. Absent where callbacks cannot reach us. */
  callbackUrl: string | undefined;
  references: readonly ReferenceFile[];
  /** The person whom it is made for, as a hash that says nothing to a stranger; absent if the owner names nobody. */
  endUser?: string;
  /** Steers the simulated engine alone; absent for every other. */
  simulate: JsonObject | undefined;
}

/** What became of asking a provider to make a video. */
export type StartResult =
  | { status: 'accepted'; handle: JsonObject; checkAfterSeconds?: number; notes: Note[] }
  /** The provider has not taken it, for certain. */
  | EngineFailure
  /** It may have been taken: no answer came, or one that leaves it open. Never the ground for a second blind call. */
  | { status: 'lost'; message: string };

/** A job as a provider tells of it. A word that nobody knows is `pending`, never an end. */
export type JobState =
  | { status: 'pending'; progress?: number; checkAfterSeconds?: number }
  | { status: 'done'; output: RemoteOutput; usage: ProviderUsage }
  | (EngineFailure & { usage?: ProviderUsage })
  | { status: 'canceled' };

export interface EngineFailure {
  status: 'failed';
  code: FailureCode;
  /** For the owner of the generation; what the provider itself said, kept. */
  message: string;
  /** Whether the same request may be made again and succeed. Decided where the failure is born. */
  retryable: boolean;
  /** How long the provider asks to be left alone (`Retry-After`). */
  retryAfterSeconds?: number;
}

/** A finished video, still at the provider. `origin` may be private only where the operator has set it for this engine. */
export interface RemoteOutput {
  url: string;
}

/** What a provider says that its work has used and cost; null where it does not say. Recorded, apart from credits. */
export interface ProviderUsage {
  billedSeconds: number | null;
  /** Millionths of a US dollar. */
  costMicroUsd: number | null;
}

export type CheckResult =
  | JobState
  /** No answer just now; nothing follows from it. */
  | { status: 'unavailable'; message: string; retryAfterSeconds?: number }
  /** The provider answers and does not know the job. */
  | { status: 'unknown'; message: string };

/** An attempt whose start was not answered, as its look-up needs to know it. */
export interface SoughtAttempt {
  attemptId: string;
  plan: Plan;
  /** By our clock. */
  startedSecondsAgo: number;
  /** Whether a job is known to be of another attempt, and so cannot be the one; absent where nobody can tell. */
  isAnothers?(handle: JsonObject): Promise<boolean>;
}

export type LookUpResult =
  | { status: 'found'; handle: JsonObject }
  /** The provider answers, and has never taken the attempt. */
  | { status: 'not_found' }
  /** The provider answers, and what it says has to be compared by a person: the attempt is parked with this message. */
  | { status: 'undecided'; message: string }
  | { status: 'unavailable'; message: string };

/** A provider's callback as received. It is never believed: it only names a job that is then read again. */
export interface Callback {
  attemptId: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

export type CallbackReading =
  | { status: 'genuine'; handle: JsonObject | undefined }
  /** It cannot be told just now; the provider is to call again. */
  | { status: 'unverifiable'; message: string }
  | { status: 'forged'; message: string };

/**
 * How an attempt is found again whose start was not answered, best way first. With neither key nor look-up only a
 * callback can tell, and an attempt of which none comes is parked for the operator.
 */
export interface Recovery {
  idempotencyKey: boolean;
  lookUp: boolean;
  callback: boolean;
  /**
   * Whether a job that its provider knows no longer is certainly not being made, so that it may be asked for again: so on
   * machines of the operator's own that keep their jobs in memory. Absent: it is parked.
   */
  forgets?: boolean;
}

/** An engine that another machine runs: asked once, then asked again how far it is. No call outlives `callSeconds`. */
export interface RemoteEngine {
  kind: 'remote';
  name: string;
  capabilities: Capabilities;
  /** How many jobs it may run at once, over all processes. */
  slots: number;
  /** How long one video takes, for forecasts before any was made. */
  typicalSeconds?: number;
  /** The time limit of one call. A lease on an attempt outlives it. */
  callSeconds: number;
  /** The time limit of a start with all its uploads; absent: `callSeconds`. */
  startSeconds?: number;
  recovery: Recovery;
  /** Where the work goes to several machines of the operator's own. */
  pool?: EnginePool;
  /** Private origins from which its outputs may be fetched: exact, set by the operator. */
  trustedOrigins: readonly string[];
  /** What such an origin has to be told with the fetch of an output, such as a key. Never kept, and sent nowhere else. */
  outputHeaders?: Readonly<Record<string, string>>;
  start(plan: Plan, context: StartContext): Promise<StartResult>;
  check(handle: JsonObject, context: CallContext): Promise<CheckResult>;
  /** Finds the job of an attempt; present exactly where `recovery.lookUp`. */
  lookUp?(sought: SoughtAttempt, context: CallContext): Promise<LookUpResult>;
  /** Asks for a stop. Whether it stopped is learnt by the next check. */
  cancel?(handle: JsonObject, context: CallContext): Promise<void>;
  /** How a job is addressed that a person knows by the provider's id. */
  handleOf(jobId: string): JsonObject;
  /** Says whether a callback is the provider's and which job it names. */
  readCallback?(callback: Callback, context: CallContext): Promise<CallbackReading>;
}

export type Engine = LocalEngine | RemoteEngine;
