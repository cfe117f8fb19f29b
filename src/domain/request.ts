import type { MediaFacts, MediaKind } from './media-facts.ts';
import type { Storyboard } from './storyboard.ts';

export const endpointNames = ['reference-to-video', 'text-to-video', 'image-to-video'] as const;

export type EndpointName = (typeof endpointNames)[number];

/** The public id of an endpoint (R8). */
export const endpointId = (name: EndpointName) => `bytedance/seedance-2.0/${name}`;

export const aspectRatios = ['16:9', '9:16', '1:1'] as const;

export type AspectRatio = (typeof aspectRatios)[number];

export const referenceRoles = [
  'product',
  'detail',
  'style',
  'scene',
  'logo',
  'person',
  'first_frame',
  'motion',
  'clip',
  'music',
  'voice',
] as const;

export type ReferenceRole = (typeof referenceRoles)[number];

/** What the endpoints accept at all (R4-R6, R12, I18). An engine may accept less: that is its `Capabilities`. */
export const requestLimits = {
  images: 9,
  videos: 3,
  audios: 3,
  minDurationSeconds: 4,
  maxDurationSeconds: 15,
  promptCharacters: 5_000,
  maxBytes: { image: 30_000_000, video: 50_000_000, audio: 15_000_000 } satisfies Record<MediaKind, number>,
} as const;

/** A reference that has been snapshotted into a file of the account and probed. */
export interface Reference {
  kind: MediaKind;
  /** Counted from 1 within its kind: the n of `@Image1`. */
  position: number;
  /** Absent only in a dry run, which keeps nothing. */
  fileId?: string;
  sha256: string;
  facts: MediaFacts;
  role?: ReferenceRole;
  /** What the person in it has agreed to; absent where nobody in particular is seen. */
  consentId?: string;
  /** Another name for it in the prompt: alias `hero` is written `@hero`. */
  alias?: string;
}

/** A generation as asked for, with every reference already in hand. */
export interface GenerationRequest {
  endpoint: EndpointName;
  prompt: string;
  references: Reference[];
  /** Whole seconds, 4 to 15. */
  durationSeconds: number;
  aspectRatio: AspectRatio;
  /** 0 is a seed like any other; absent means "choose one and tell me". */
  seed?: number;
  generateAudio: boolean;
  /** Filmed as it stands, instead of one made from the prompt. */
  storyboard?: Storyboard;
}
