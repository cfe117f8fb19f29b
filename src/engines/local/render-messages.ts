import type { Progress, ReferenceFile, RenderResult } from '../../domain/engine.ts';
import type { Plan } from '../../domain/plan.ts';

/** From the engine to its render process: the whole job, once. */
export interface RenderOrder {
  plan: Plan;
  references: readonly ReferenceFile[];
  directory: string;
  ffmpegPath?: string;
}

/** From the render process: how far it is, then how it ended. */
export type RenderReport =
  | { kind: 'progress'; progress: Progress }
  | { kind: 'result'; result: RenderResult };
