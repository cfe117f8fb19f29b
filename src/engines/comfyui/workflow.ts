import type { Capabilities } from '../../domain/capabilities.ts';
import type { MediaKind } from '../../domain/media-facts.ts';
import type { Graph } from './graph.ts';
import type { SettingSlot, Slot } from './slots.ts';

/** A workflow of the operator's that was read and found whole. */
export interface Workflow {
  graph: Graph;
  settings: Record<SettingSlot, readonly Slot[]>;
  /** By kind, in the order of their numbers. */
  references: Record<MediaKind, readonly Slot[]>;
  firstFrame: Slot | undefined;
  /** The node whose file is the video. */
  output: string;
  /** Frames a second that the number of frames is reckoned by. */
  fps: number;
  /** Frames come in so many, and so many more: 4 and 1 make 81 of 80. */
  frameGrid: { every: number; plus: number };
  capabilities: Capabilities;
}
