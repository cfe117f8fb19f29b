import type { StageBitmap } from '../render/layer.ts';

/** A flat picture that faces the camera, somewhere in the space of the set. */
export interface Plate {
  bitmap: StageBitmap;
  /** Where the bitmap's middle is in the frame at rest, in pixels. */
  x: number;
  y: number;
  /** Frame pixels per bitmap pixel at rest. */
  scale: number;
  /** From the camera at rest; the subject stands at 1. */
  distance: number;
  blend: 'normal' | 'screen' | 'multiply';
}

/**
 * The ground as seen at rest, already in perspective: the row at `y` of the frame lies at the distance
 * `(standY - eyeY) / (y - eyeY)`. `distance` is that of the subject and of no use for drawing it.
 */
export interface FloorPlate extends Plate {
  /** Where the bitmap's first and last rows are in the frame at rest, in pixels; `topY` is the seam with the wall. */
  topY: number;
  bottomY: number;
}

/** All that is painted around the subject, from back to front: wall, floor, lights, (subject), foreground. */
export interface SetPlates {
  /** Opaque. */
  wall: Plate;
  /** Transparent where it fades into the wall, opaque from there to the front. */
  floor: FloorPlate;
  lights: Plate[];
  foreground: Plate[];
}

/** A bitmap with the point by which it is placed, in its own pixels. */
export interface AnchoredBitmap {
  bitmap: StageBitmap;
  anchorX: number;
  anchorY: number;
}

/** A plinth: its anchor is the middle of its base, where it stands on the floor. */
export interface Stand extends AnchoredBitmap {
  /** Pixels of the bitmap from the base up to where the product's foot stands. */
  topY: number;
  /** Pixels of the bitmap per pixel of the frame. */
  detail: number;
}

/** A bitmap that belongs to a product and is stored coarser than it. */
export interface GroundingBitmap extends AnchoredBitmap {
  /** Pixels of the product per pixel of this bitmap: draw it this much larger than the product. */
  scale: number;
}

/** What the floor knows of a product: it stays there while the product floats or falls. Anchors are the foot's middle. */
export interface Grounding {
  /** Dark, as dense as the shade; drawn normally. */
  shadow: GroundingBitmap;
  /** The product upside down, for a surface that gives light back; drawn normally, below the shadow. */
  mirror?: GroundingBitmap;
}

/** A piece of a still life; its anchor stands at `x`, `y` of the frame at rest. From back to front in its list. */
export interface StillLifePiece extends AnchoredBitmap {
  x: number;
  y: number;
  /** Frame pixels per bitmap pixel at rest. */
  scale: number;
  /** From the camera at rest; the subject stands at 1. */
  distance: number;
}
