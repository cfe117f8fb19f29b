export const storyboardFps = 24;

/**
 * A film as decided before a pixel is drawn: plain JSON, returned with the generation, and accepted back edited. The
 * same plan, references and seed give the same one. Times are seconds from the start of the film; lengths are in
 * short sides of the frame (720 pixels at every ratio); colours are `#rrggbb`; x points right and y down.
 */
export type Storyboard = {
  version: 2;
  fps: 24;
  /** Whole frames of the film: seconds times `fps`. */
  frames: number;
  /** Of the frame, in pixels. */
  width: number;
  height: number;
  /** Of everything left to chance: textures, grain, the bed's melody. */
  seed: number;
  /** The beats on which the cuts stand; absent where nothing beats. */
  beats?: { bpm: number; firstSeconds: number };
  set: StudioSet;
  /**
   * Position numbers of the images whose clear glass is see-through: where it shows the photo's own ground, it shows the
   * set. Absent: every product is opaque, as white china on white paper must be.
   */
  clearGlass?: number[];
  /** They tile the film: the first starts at 0, each starts where the one before ends. */
  shots: Shot[];
  /** Around the common moment of two neighbouring shots. Shots without one are cut. */
  transitions: Transition[];
  captions: Caption[];
  /** Empty: the film has no sound track. */
  sound: SoundCue[];
  posterSeconds: number;
};

export const setStyles = ['studio', 'gradient', 'outdoors', 'night', 'room'] as const;
export const surfaces = ['seamless', 'glossy', 'marble', 'wood', 'stone', 'water', 'fabric', 'sand'] as const;
export const lights = [
  'soft',
  'bright',
  'dramatic',
  'golden_hour',
  'neon',
  'high_key',
  'low_key',
  'moonlight',
] as const;
export const wallFeatures = ['none', 'disc', 'arch', 'window'] as const;
export const plinths = ['none', 'round', 'block'] as const;

export type SetStyle = (typeof setStyles)[number];
export type Surface = (typeof surfaces)[number];
export type Light = (typeof lights)[number];

export type StudioSet = {
  style: SetStyle;
  /** What the subject stands on. */
  surface: Surface;
  light: Light;
  /** The side the key light comes from. */
  lightFrom: 'left' | 'right';
  wall: string;
  /** A second colour: of the gradient, the neon, the plinth. */
  accent: string;
  /** A shape on the wall behind the subject; `window` is light that falls through one. */
  feature: (typeof wallFeatures)[number];
  plinth: (typeof plinths)[number];
  /** Soft lights out of focus before the subject. */
  foreground: 'none' | 'bokeh';
};

/**
 * `on-set` stands on the floor; `framed` hangs as a card; `full` fills the frame; `mark` floats in the middle.
 */
export const framings = ['on-set', 'framed', 'full', 'mark'] as const;
export const subjectActions = ['stands', 'rotates', 'floats', 'drops_in', 'rises'] as const;

export type Framing = (typeof framings)[number];
export type SubjectAction = (typeof subjectActions)[number];

export type Shot = {
  startSeconds: number;
  endSeconds: number;
  subject: ShotSubject;
  framing: Framing;
  action: SubjectAction;
  camera: Camera;
  /** How far wall and foreground are out of focus: 0 sharp, 1 as behind a wide-open portrait lens. */
  blur: number;
  /** When a band of light passes over the subject. */
  sweepSeconds?: number;
  /** Where the set's own wall would swallow the subject: the wall of this shot. */
  wall?: string;
  /** Of a scene or a clip, so that it goes with the style references. */
  grade?: Grade;
};

export type ShotSubject =
  | { kind: 'picture'; position: number }
  /** Several photos of one product, ordered around it; it turns from one share of that way to another, 0 to 1. */
  | { kind: 'turntable'; positions: number[]; from: number; to: number }
  | { kind: 'clip'; position: number; fromSeconds: number; steadied: boolean }
  /** What a film without any picture shows. */
  | { kind: 'still-life' };

/** The images that a subject shows, by their position numbers. */
export function positionsOf(subject: ShotSubject): readonly number[] {
  if (subject.kind === 'turntable') return subject.positions;
  return subject.kind === 'picture' ? [subject.position] : [];
}

export type Camera = {
  /** At least one, in order of time; before the first and after the last the camera rests. */
  keys: CameraKey[];
  /** `soft` starts and ends gently, `even` does not, `through` passes all keys in one smooth line. */
  easing: 'soft' | 'even' | 'through';
  /** How much a hand trembles, 0 to 2. */
  handheld: number;
};

/** Where the camera is and how it looks; all zero, with `zoom` 1, is the composed view at rest. */
export type CameraKey = {
  seconds: number;
  /** Displacement across and down, in short sides at the subject. */
  x: number;
  y: number;
  /** Share of the way to the subject: 0 at rest, below 1; negative is further back. */
  dolly: number;
  /** Of the lens: above 1 is closer. */
  zoom: number;
  /** How far the view is swung right and down, in short sides of the picture. */
  pan: number;
  tilt: number;
  rollDegrees: number;
  /** Around the subject, positive to the right. */
  orbitDegrees: number;
};

export const transitionKinds = ['dissolve', 'whip', 'match', 'wipe'] as const;

export type Transition = {
  /** Index of the shot it leads to. */
  to: number;
  kind: (typeof transitionKinds)[number];
  startSeconds: number;
  endSeconds: number;
  /** Where a whip or a wipe goes to. */
  towards: 'left' | 'right';
};

export const captionStyles = ['title', 'caption', 'tagline', 'price'] as const;
export const captionPlaces = ['lower_third', 'centre', 'upper', 'lower_left'] as const;
export const captionMotions = ['rise', 'fade', 'type', 'track'] as const;

export type Caption = {
  text: string;
  style: (typeof captionStyles)[number];
  place: (typeof captionPlaces)[number];
  family: 'sans' | 'serif';
  motion: (typeof captionMotions)[number];
  startSeconds: number;
  endSeconds: number;
};

/**
 * How a picture is toned to go with others, in OKLab. Products and close-ups of them are never graded: they keep their
 * own colours.
 */
export type Grade = {
  /** Lightness after, at even steps of lightness before; rises from 0 to 1. */
  lightness: number[];
  /** Factor on the strength of colours. */
  chroma: number;
  /** Added to colours. */
  shift: { a: number; b: number };
  /** Added to greys. */
  tint: { a: number; b: number };
};

export const bedMoods = ['calm', 'warm', 'bright', 'dramatic', 'neon'] as const;
export const foleySounds = ['whoosh', 'tick', 'thud', 'shimmer'] as const;

export type SoundCue =
  /** A reference, from a moment of its own. */
  | { kind: 'music'; position: number; fromSeconds: number; startSeconds: number; endSeconds: number }
  | { kind: 'voice'; position: number; fromSeconds: number; startSeconds: number; endSeconds: number }
  /** Music made here. */
  | {
      kind: 'bed';
      mood: (typeof bedMoods)[number];
      bpm: number;
      startSeconds: number;
      endSeconds: number;
    }
  /** A small sound whose peak is heard at `startSeconds`. */
  | { kind: 'foley'; sound: (typeof foleySounds)[number]; startSeconds: number; gainDb: number };
