import type { View } from './view.ts';

export interface Point {
  x: number;
  y: number;
}

/** Where a roll of the camera takes a point of the upright picture. */
export function rolled(
  { x, y }: Point,
  { rollDegrees }: Pick<View, 'rollDegrees'>,
  { width, height }: { width: number; height: number },
): Point {
  if (rollDegrees === 0) return { x, y };
  const { cos, sin, scale } = rollOf(rollDegrees, { width, height });
  const [dx, dy] = [x - width / 2, y - height / 2];
  return {
    x: width / 2 + scale * (cos * dx - sin * dy),
    y: height / 2 + scale * (sin * dx + cos * dy),
  };
}

/** The point of the upright picture which a roll of the camera takes here. */
export function unrolled(
  { x, y }: Point,
  { rollDegrees }: Pick<View, 'rollDegrees'>,
  { width, height }: { width: number; height: number },
): Point {
  if (rollDegrees === 0) return { x, y };
  const { cos, sin, scale } = rollOf(rollDegrees, { width, height });
  const [dx, dy] = [(x - width / 2) / scale, (y - height / 2) / scale];
  return { x: width / 2 + cos * dx + sin * dy, y: height / 2 - sin * dx + cos * dy };
}

/** The picture rolls against the camera, and is enlarged just so much that its corners stay outside the frame. */
export function rollOf(degrees: number, { width, height }: { width: number; height: number }) {
  const angle = (-degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return { cos, sin, scale: cos + Math.max(width / height, height / width) * Math.abs(sin) };
}
