import type { Caption, Grade, Storyboard, SubjectAction } from '../../../domain/storyboard.ts';

import type { Blend } from '../kernel/kernel.ts';
import type { Turn } from '../turntable/turn.ts';
import type { Box } from '../understand/soft-edge.ts';

/** A picture ready to be drawn, non-premultiplied RGBA in memory that threads share. */
export interface StageBitmap {
  width: number;
  height: number;
  data: Uint8ClampedArray<SharedArrayBuffer>;
}

/** A bitmap in the space of the set. */
export interface PlacedBitmap {
  /** Index into `Stage.bitmaps`. */
  bitmap: number;
  /** The point by which it is placed, in its own pixels. */
  anchorX: number;
  anchorY: number;
  /** Frame pixels per bitmap pixel while the camera rests. */
  scale: number;
}

/** An upright picture that faces the lens. */
export interface PlateLayer extends PlacedBitmap {
  kind: 'plate';
  /** Where its anchor is in the frame at rest, in pixels. */
  x: number;
  y: number;
  /** 1 is where the subject stands, more is further away. */
  distance: number;
  /** `replace` is for opaque pictures. */
  blend: Blend;
  /** Fills the frame: no move may show its border. */
  covers: boolean;
}

/** The ground, painted as it is seen at rest; see `FloorPlate`. */
export interface FloorLayer {
  kind: 'floor';
  bitmap: number;
  /** Middle of the bitmap across, in frame pixels at rest. */
  x: number;
  /** Rows of the frame at rest which the first and last rows of the bitmap show. */
  topY: number;
  bottomY: number;
  /** Frame pixels per bitmap pixel across. */
  scale: number;
  /** Water gives pictures back in waves. */
  waves: boolean;
}

/** One photo of the subject, with the shade and the mirror image it leaves on the floor. */
export interface ActorView {
  product: PlacedBitmap;
  /** The box around its outline, in pixels of its bitmap, where the bitmap does not tell: clear glass is hardly seen. */
  outline?: Box;
  shadow?: PlacedBitmap;
  mirror?: PlacedBitmap;
}

/** The subject itself with what it leaves on the floor. */
export interface ActorLayer {
  kind: 'actor';
  /** Where its foot stands at rest, in frame pixels. */
  x: number;
  y: number;
  action: SubjectAction;
  /** One, or the views of a turn in its order. */
  views: ActorView[];
  turn?: {
    /** Index into `Stage.turns`. */
    turn: number;
    /** Where it is when the shot is first and last seen, 0 to 1. */
    from: number;
    to: number;
    /** Frame pixels per pixel of the turn's pictures while the camera rests. */
    scale: number;
  };
  /** When a band of light passes over it, and its outline in white that the band is seen on. */
  sweep?: { seconds: number; light: number };
}

/** The running picture of a clip. */
export interface ClipLayer {
  kind: 'clip';
  /** Middle and size of the clip in the frame at rest, in pixels. */
  x: number;
  y: number;
  width: number;
  height: number;
  covers: boolean;
  grade?: Grade;
  /** For a clip that is steadied: one for each frame in which it is seen. */
  steady?: Similarity[];
}

/** Where a pixel at (x, y) is taken from: (a x + b y + c, a y - b x + d). */
export interface Similarity {
  a: number;
  b: number;
  c: number;
  d: number;
}

export type Layer = PlateLayer | FloorLayer | ActorLayer | ClipLayer;

export interface StageCaption {
  cue: Pick<Caption, 'startSeconds' | 'endSeconds' | 'motion'>;
  direction: 'ltr' | 'rtl';
  /** Laid below the letters where they could not be read without. */
  shade?: CaptionShade;
  lines: StageCaptionLine[];
}

export interface CaptionShade {
  bitmap: number;
  x: number;
  y: number;
  /** The shots in which it lies behind the product: the letters stand beside it there, and its colours stay its own. */
  behindIn: readonly number[];
}

export interface StageCaptionLine {
  bitmap: number;
  x: number;
  y: number;
  width: number;
  /** What the line may use of the frame: one that rises is hidden outside. */
  top: number;
  bottom: number;
  /** How far the line reaches after each of its letters, in reading order. */
  stops: number[];
  /** The letters side by side in one bitmap, where they may be moved apart. */
  letters?: {
    bitmap: number;
    y: number;
    cells: { from: number; width: number; x: number; order: number }[];
    spreadPx: number;
  };
}

/** Everything the painters need, drawn once before the first frame. */
export interface Stage {
  bitmaps: StageBitmap[];
  shots: {
    /** From back to front. */
    layers: Layer[];
    /** The height the camera aims at, in pixels at rest. */
    aimY: number;
    /** Which of its layers are what the set is there for, and what that stands on; absent where there is no set. */
    subject?: { first: number; end: number };
  }[];
  captions: StageCaption[];
  /** Ready to be turned through. */
  turns: Turn[];
}

export type Frame = Pick<Storyboard, 'width' | 'height'>;
