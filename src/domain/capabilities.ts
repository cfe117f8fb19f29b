import type { MediaKind } from './media-facts.ts';
import type { Note } from './plan.ts';
import type { AspectRatio, EndpointName } from './request.ts';

/**
 * How the bytes of a reference get to an engine: to storage of its provider, inside the request, or fetched by the
 * provider from an address of ours, which has to be public.
 */
export type Travel = 'upload' | 'inline' | 'public_url';

/** Both ends are allowed. */
export interface Range {
  least: number;
  most: number;
}

/** What an engine takes of one kind of reference. What is absent is not limited; both ends are allowed. */
export interface ReferenceLimits {
  contentTypes?: readonly string[];
  /** Of a video, such as `h264`. */
  videoCodecs?: readonly string[];
  maxBytes?: number;
  /** Of each one. */
  seconds?: Range;
  /** Of each side. */
  sidePixels?: Range;
  /** Of one frame, width times height. */
  framePixels?: Range;
  /** Width by height. */
  ratio?: Range;
  /** Frames a second, of a video. */
  fps?: Range;
}

/** What an engine can do, as data. The plan is made from it before any money moves. */
export interface Capabilities {
  /** Which video model or renderer, with its version; part of what makes two results comparable. */
  model: string;
  endpoints: readonly EndpointName[];
  durationsSeconds: readonly number[];
  /** Output size in pixels per ratio. */
  sizes: Record<AspectRatio, { width: number; height: number }>;
  maxReferences: Record<MediaKind | 'total', number>;
  /** How many of a kind it cannot do without, for reference-to-video; absent: none. */
  minReferences?: Partial<Record<MediaKind, number>>;
  /** Summed length of all references of a kind; absent means no such limit. */
  maxTotalSeconds: { video?: number; audio?: number };
  /** Summed size of all references of a kind; each is made smaller where they are larger together. */
  maxTotalBytes?: Partial<Record<MediaKind, number>>;
  /** What each reference has to be like; absent where the engine takes whatever Kinora does. */
  references?: Partial<Record<MediaKind, ReferenceLimits>>;
  /** The ways of each kind, any of which will do; absent for an engine that reads files on this machine. */
  travel?: Record<MediaKind, readonly Travel[]>;
  /** `shaped`: the video takes the shape of its first frame, which therefore has to have the shape that was asked for. */
  firstFrame?: 'shaped';
  /** Whether audio may come without any image or video beside it. */
  audioAlone: boolean;
  maxPromptCharacters: number;
  /** Whether the engine takes a seed. */
  seeds: boolean;
  /** Whether the engine films a given storyboard. */
  storyboards: boolean;
  /** Whether the engine can make sound. */
  audio: boolean;
  /** Whether it cannot leave it out. */
  alwaysAudio?: boolean;
  /** How the engine writes "the n-th reference of a kind" in a prompt, as in `@Image1`. */
  promptTag: Record<MediaKind, { before: string; after: string }>;
  /** What everybody should know before asking this engine; said with every plan. */
  notes?: readonly Note[];
}
