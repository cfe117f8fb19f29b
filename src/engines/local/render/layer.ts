/** A picture ready to be drawn, non-premultiplied RGBA in memory that threads share. */
export interface StageBitmap {
  width: number;
  height: number;
  data: Uint8ClampedArray<SharedArrayBuffer>;
}

/** One picture of a shot, from back to front. */
export interface Layer {
  /** Index into `Stage.bitmaps`, or the running clip of the shot. */
  bitmap: number | 'clip';
  /** How much of the camera's move it takes part in: 0 is infinitely far, 1 is the subject. */
  depth: number;
  /** Where its anchor stands in the frame, in pixels, when the camera rests. */
  x: number;
  y: number;
  /** The anchor, in pixels of the bitmap. */
  anchorX: number;
  anchorY: number;
  /** Frame pixels per bitmap pixel when the camera rests. */
  scale: number;
  /** Narrows while the shot turns into the next view. */
  turns: boolean;
}

/** Everything the painters need, drawn once before the first frame. */
export interface Stage {
  bitmaps: StageBitmap[];
  /** One list of layers a shot. */
  shots: Layer[][];
  /** For each shot that a turn leads to, the side it comes in from. */
  sweeps: ('left' | 'right')[];
}
