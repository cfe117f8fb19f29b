import type { MediaKind } from './media-facts.ts';
import type { AspectRatio, EndpointName } from './request.ts';

/** What an engine can do, as data. The plan is made from it before any money moves. */
export interface Capabilities {
  /** Which video model or renderer, with its version; part of what makes two results comparable. */
  model: string;
  endpoints: readonly EndpointName[];
  durationsSeconds: readonly number[];
  /** Output size in pixels per ratio. */
  sizes: Record<AspectRatio, { width: number; height: number }>;
  maxReferences: Record<MediaKind | 'total', number>;
  /** Summed length of all references of a kind; absent means no such limit. */
  maxTotalSeconds: { video?: number; audio?: number };
  /** Whether audio may come without any image or video beside it. */
  audioAlone: boolean;
  maxPromptCharacters: number;
  /** Whether the engine takes a seed. */
  seeds: boolean;
  /** Whether the engine films a given storyboard. */
  storyboards: boolean;
  /** Whether the engine can make sound. */
  audio: boolean;
  /** How the engine writes "the n-th reference of a kind" in a prompt, as in `@Image1`. */
  promptTag: Record<MediaKind, { before: string; after: string }>;
}
