/** A length given in pixels of a photo of 1024, for a photo of this size; at least 2. */
export const inProportion = (pixels: number, width: number, height: number) =>
  Math.max(2, Math.round((pixels * Math.max(width, height)) / 1024));
