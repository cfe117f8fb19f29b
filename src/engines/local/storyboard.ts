import type { CameraPath } from './camera-path.ts';
import type { Directions } from './understand/directions.ts';

export const fps = 24;

/** The film as decided before a pixel is drawn. Plain JSON; the same plan, references and seed give the same one. */
export type Storyboard = {
  version: 1;
  fps: number;
  frames: number;
  width: number;
  height: number;
  seed: number;
  set: StudioSet;
  /** They tile the film: the first starts at 0, each starts where the one before ends. */
  shots: Shot[];
  /** Between neighbouring shots, around their common moment. */
  transitions: Transition[];
  sound: SoundCue[];
  posterSeconds: number;
};

export type StudioSet = {
  /** `#rrggbb` */
  wall: string;
  light: Directions['light'];
  /** A shape on the wall behind the subject. */
  feature: 'none' | 'disc' | 'arch';
};

export type Shot = {
  startSeconds: number;
  endSeconds: number;
  subject: ShotSubject;
  framing: Framing;
  camera: CameraPath;
  /** Where the set's own wall would swallow the subject: the wall of this shot, `#rrggbb`. */
  wall?: string;
};

export type ShotSubject =
  | { kind: 'picture'; position: number }
  | { kind: 'clip'; position: number; fromSeconds: number }
  | { kind: 'shapes' };

/**
 * `on-set` stands on the floor; `framed` hangs as a card; `full` fills the frame; `mark` floats in the middle.
 */
export type Framing = 'on-set' | 'framed' | 'full' | 'mark';

export type Transition = {
  /** Index of the shot it leads to. */
  to: number;
  /** `turn` is a dissolve between two views of one product, each narrowing as if it turned. */
  kind: 'dissolve' | 'turn';
  startSeconds: number;
  endSeconds: number;
};

export type SoundCue = {
  kind: 'music' | 'voice' | 'bed';
  /** The n of `@Audio1`; absent for the bed, which is made here. */
  position?: number;
  startSeconds: number;
  endSeconds: number;
};
