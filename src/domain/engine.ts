import type { Capabilities } from './capabilities.ts';
import type { Check } from './check.ts';
import type { FailureCode } from './generation.ts';
import type { Json } from './json.ts';
import type { MediaFacts } from './media-facts.ts';
import type { Note, Plan } from './plan.ts';
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
  /** Throws only if aborted or if Kinora itself is at fault; everything else is a result. */
  render(plan: Plan, context: RenderContext): Promise<RenderResult>;
  /** The storyboard that `render` would film, and a few pictures of each of its shots; throws as `render` does. */
  storyboard?(plan: Plan, context: RenderContext): Promise<StoryboardResult>;
}

export type Engine = LocalEngine;
