/** Share of each side of the photo that the subject covers, 0 to 1: a close-up runs over the edge. */
export interface Bleed {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Whether a subject is cut by the frame of its photo, as in a close-up. */
export const runsOverEdge = ({ left, right, top, bottom }: Bleed) =>
  bottom > 0.02 || Math.max(left, right, top) > 0.1 || left + right + top > 0.16;

export function bleedOf(subject: Uint8Array, width: number, height: number): Bleed {
  let left = 0;
  let right = 0;
  let top = 0;
  let bottom = 0;
  for (let y = 0; y < height; y++) {
    left += subject[y * width + 2] ?? 0;
    right += subject[y * width + width - 3] ?? 0;
  }
  for (let x = 0; x < width; x++) {
    top += subject[2 * width + x] ?? 0;
    bottom += subject[(height - 3) * width + x] ?? 0;
  }
  return { left: left / height, right: right / height, top: top / width, bottom: bottom / width };
}
