import type { Progress, ReferenceFile, RenderResult, StoryboardResult } from '../../domain/engine.ts';
import type { Plan } from '../../domain/plan.ts';
import type { RemovalPlugInName } from './understand/removal-plug-in.ts';

/** A language model behind an OpenAI-compatible chat endpoint. */
export interface PlannerSettings {
  /** `https://api.example.com/v1`: without the part `/chat/completions`. */
  baseUrl: string;
  model: string;
  apiKey?: string;
}

/** From the engine to its render process: the whole job, once. */
export interface RenderOrder {
  /** The film itself, or only what it would be. */
  task: 'film' | 'storyboard';
  plan: Plan;
  references: readonly ReferenceFile[];
  directory: string;
  ffmpegPath?: string | undefined;
  /** Where what was understood of files is kept; absent: nowhere. */
  cacheFolder?: string | undefined;
  planner?: PlannerSettings | undefined;
  backgroundRemoval?: RemovalPlugInName | undefined;
}

/** From the render process: how far it is, then how it ended. */
export type RenderReport =
  | { kind: 'progress'; progress: Progress }
  | { kind: 'result'; result: RenderResult }
  | { kind: 'storyboard'; result: StoryboardResult };
