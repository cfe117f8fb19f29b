import type { SetGeometry } from './geometry.ts';

/** Short sides of the frame between the camera and the subject: the lens of a portrait, about 70 mm on full frame. */
export const reach = 2.5;

/** How far the ground is away that appears at the row `y` of the frame at rest. */
export const distanceAtRow = ({ eyeY, standY }: SetGeometry, y: number): number =>
  (standY - eyeY) / (y - eyeY);

export const rowAtDistance = ({ eyeY, standY }: SetGeometry, distance: number): number =>
  eyeY + (standY - eyeY) / distance;

/** Short sides behind the subject; negative is nearer to the camera. */
export const depthAtDistance = (distance: number): number => (distance - 1) * reach;
