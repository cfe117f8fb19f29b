import type { Box } from '../understand/soft-edge.ts';

/** A cut-out at the size at which it is drawn; any RGBA will do. */
export interface CutOut {
  width: number;
  height: number;
  data: Uint8ClampedArray | Uint8Array;
}

/** The shadow found in the photo: a value from 0 to 255 for each of its pixels, and where the product is in it. */
export interface PhotoShadow {
  shade: Uint8Array;
  width: number;
  height: number;
  box: Box;
}
