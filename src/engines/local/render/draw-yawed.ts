import type { Seen } from '../camera/projection.ts';
import type { Kernel, Surface } from '../kernel/kernel.ts';
import type { PlacedBitmap } from './layer.ts';

/** A flat photo turned further than this no longer passes for a product. */
const mostDegrees = 8;

/** From the eye to the picture, in heights of it; looks like a studio. */
const eyeDistance = 3;

/** Height of the eye above the foot, in heights of the picture. */
const eyeHeight = 0.55;

/**
 * A single photo turning a little about its upright axis, from one side to the other in the course of a shot: the exact
 * projection of the flat picture. A point `u` beside the axis is seen at u cos(a) n, grown by n = d / (d + u sin(a)). It
 * shows what the photo shows: no side is made up that was never seen.
 */
export function drawYawed(options: {
  kernel: Kernel;
  frame: Surface;
  picture: Surface | undefined;
  given: PlacedBitmap;
  seen: Seen;
  /** Of the turn, 0 to 1. */
  share: number;
}): void {
  const { kernel, frame, picture, given, seen, share } = options;
  if (picture === undefined) return;
  const scale = given.scale * seen.scale;
  const angle = ((mostDegrees * Math.PI) / 180) * -Math.cos(Math.PI * share);
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const distance = picture.height * eyeDistance;
  const eye = -picture.height * eyeHeight;
  const widest = Math.max(given.anchorX, picture.width - given.anchorX) * 1.1 * scale;
  const tallest = picture.height * 1.1 * scale;
  kernel.drawColumns({
    frame,
    source: picture,
    x: { from: Math.floor(seen.x - widest), to: Math.ceil(seen.x + widest) },
    y: { from: Math.floor(seen.y - tallest), to: Math.ceil(seen.y + tallest * 0.1) },
    opacity: 1,
    column(x) {
      const target = (x + 0.5 - seen.x) / scale;
      const u = (target * distance) / (distance * cosine - target * sine);
      const nearness = distance / (distance + u * sine);
      // v = anchor + eye + (y - eye) / nearness, with y counted from the foot in pixels of the picture.
      const slope = 1 / (scale * nearness);
      const start = given.anchorY + eye - eye / nearness + (0.5 - seen.y) * slope - 0.5;
      return { u: given.anchorX + u - 0.5, slope, start };
    },
  });
}
