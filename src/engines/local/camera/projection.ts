import type { SetGeometry } from '../set/geometry.ts';
import type { View } from './view.ts';

/** Where something is seen: its place in the frame in pixels, and its size against rest. */
export interface Seen {
  x: number;
  y: number;
  scale: number;
}

/** How one row of the floor is seen: `sourceY` at rest, and `x = shiftX + scaleX * restX`. */
export interface FloorRow {
  sourceY: number;
  scaleX: number;
  shiftX: number;
}

export interface Projection {
  /** An upright thing that faces the lens, by its place at rest in pixels and its distance. */
  place(rest: { x: number; y: number; distance: number }): Seen;
  /** The floor under a row of the frame; undefined at and above the eye level. */
  floorAt(y: number): FloorRow | undefined;
  /** The row of the frame in which the floor at a distance is seen. */
  floorY(distance: number): number;
}

/** Nothing comes nearer to the lens than this. */
const nearest = 0.12;

/**
 * The pinhole camera of a set (x' = f X / Z) in pixels of the frame. A point that rests at offset `p` from the lens's
 * axis at distance `D` is seen at `(p D - t) / (D - dolly)` once the camera has moved by `t` across and `dolly` ahead. The operator keeps aiming at
 * the subject: what `aimY` shows at rest stays where it is while the camera comes nearer. The roll is left to the caller.
 */
export function projectionOf(view: View, geometry: SetGeometry, aimY: number): Projection {
  const { width, short, eyeY, standY } = geometry;
  const axisX = width / 2;
  const across = view.x * short;
  const down = view.y * short;
  const sideways = Math.tan((view.orbitDegrees * Math.PI) / 180) * short;
  const aim = aimY - eyeY;
  const kept = aim / Math.max(nearest, 1 - view.dolly) - aim;
  const panX = view.pan * short;
  const tiltY = view.tilt * short;
  const finalX = (x: number) => axisX + x * view.zoom - panX;
  const finalY = (y: number) => aimY + (y - kept - aim) * view.zoom - tiltY;
  const rise = standY - eyeY;
  return {
    place({ x, y, distance }) {
      const away = Math.max(nearest, distance - view.dolly);
      const scale = distance / away;
      return {
        x: finalX((x - axisX) * scale + ((distance - 1) * sideways - across) / away),
        y: finalY((y - eyeY) * scale - down / away),
        scale: scale * view.zoom,
      };
    },
    floorAt(y) {
      // The inverse of finalY, as an offset from the eye level.
      const offset = (y + tiltY - aimY) / view.zoom + kept + aim;
      const height = rise - down;
      if (offset <= 0 || height <= 0) return undefined;
      const away = height / offset;
      const distance = away + view.dolly;
      if (distance <= 0) return undefined;
      const scale = distance / away;
      const shift = ((distance - 1) * sideways - across) / away;
      return {
        sourceY: eyeY + rise / distance,
        scaleX: scale * view.zoom,
        shiftX: finalX(shift - axisX * scale),
      };
    },
    floorY(distance) {
      const away = Math.max(nearest, distance - view.dolly);
      return finalY((rise - down) / away);
    },
  };
}
