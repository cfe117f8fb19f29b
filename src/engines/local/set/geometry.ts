/**
 * The space of a set, seen by a camera without perspective of its own: every upright thing faces the lens, and what
 * is nearer moves more. Distances count from the camera at rest, with the subject at 1.
 */
export interface SetGeometry {
  /** Of the frame, in pixels. */
  width: number;
  height: number;
  /** `min(width, height)`: the unit of all camera travel. */
  short: number;
  /** The camera's eye level: where an endless floor would end, in pixels from the top. */
  eyeY: number;
  /** Where the middle of the subject's foot stands, in pixels. */
  standX: number;
  standY: number;
  /** The room of the subject above its foot, in pixels. */
  mostWidth: number;
  mostHeight: number;
  wallDistance: number;
  /** Where the floor meets the wall, in pixels: `eyeY + (standY - eyeY) / wallDistance`. */
  seamY: number;
}

export const wallDistance = 2.6;

/** Composed anew for each ratio, not cropped. */
export function geometryOf({ width, height }: { width: number; height: number }): SetGeometry {
  const portrait = height > width * 1.2;
  const square = !portrait && width < height * 1.2;
  const eyeY = height * (portrait ? 0.5 : 0.44);
  const standY = height * (portrait ? 0.71 : square ? 0.82 : 0.84);
  return {
    width,
    height,
    short: Math.min(width, height),
    eyeY,
    standX: width / 2,
    standY,
    mostWidth: width * (portrait ? 0.8 : square ? 0.72 : 0.54),
    mostHeight: height * (portrait ? 0.5 : 0.68),
    wallDistance,
    seamY: eyeY + (standY - eyeY) / wallDistance,
  };
}

/** What a camera keeps its eye on, in pixels: about the middle of what stands there. */
export const aimOf = ({ standY, mostHeight }: SetGeometry) => standY - mostHeight * 0.52;

/** A full picture is enlarged so much that hardly any camera move comes near its border. */
export const fullBleed = 1.14;

/** The size at rest of a picture that hangs as a card; `shape` is its width over its height. */
export function cardSize(
  shape: number,
  frame: { width: number; height: number },
): { width: number; height: number } {
  const width = Math.min(frame.width * 0.72, frame.height * 0.76 * shape);
  return { width, height: width / shape };
}
