import type { Adaptation } from './adaptation.ts';
import type { AspectRatio, EndpointName, Reference } from './request.ts';
import type { Storyboard } from './storyboard.ts';

/** Something the caller should know: what was changed, understood differently, or left out. */
export interface Note {
  code: string;
  message: string;
  /** JSON pointer into the request body, where one field is meant. */
  pointer?: string;
}

/** Exactly what an engine will be asked to do. */
export interface Plan {
  engine: string;
  model: string;
  endpoint: EndpointName;
  /** The prompt as the engine gets it, reference tags in its own syntax. */
  prompt: string;
  references: Reference[];
  durationSeconds: number;
  aspectRatio: AspectRatio;
  width: number;
  height: number;
  seed: number;
  generateAudio: boolean;
  /** To be filmed as it stands; absent: the engine makes its own from the prompt. */
  storyboard?: Storyboard;
  /** How references are changed on their way to the engine; absent where all go as they are. */
  adaptations?: Adaptation[];
  /** Who makes it if this engine fails in a way that can pass, in order; absent: nobody else. */
  fallbacks?: Fallback[];
  /** Of a rehearsal: the engine that it stands in for, and was planned against too. */
  rehearses?: string;
  /** What differs from the request and why; nothing is dropped in silence. */
  adjustments: Note[];
}

/** The plan of another engine for the same request: of the same references, for no more than what is held. */
export type Fallback = Omit<Plan, 'references' | 'fallbacks'>;
