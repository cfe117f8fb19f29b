import { blurPlane } from '../understand/blur.ts';
import { lightPlanes } from './linear-light.ts';
import { paintFeature } from './wall-feature.ts';
import { wallLight } from './wall-light.ts';
import { neonTubes } from './wall-neon.ts';
import { paintOf } from './wall-paint.ts';
import type { PlateRoom, WallOptions, WallPaint } from './wall-plate.ts';

/**
 * The wall behind the subject, so much larger than the frame that the camera may shift, pan and pull back before
 * it: paint, what hangs on it, light, and all of it out of focus by `blur`.
 */
export function paintWall(options: WallOptions): WallPaint {
  const { set, geometry, blur } = options;
  const room = roomOf(options);
  const paint = paintOf({ ...options, room });
  const target: WallPaint = { ...lightPlanes(room.width, room.height), ...room };
  const light = wallLight({ ...options, room });
  for (let row = 0, index = 0; row < room.height; row++) {
    const y = (room.top + (row + 0.5) * room.scale - geometry.seamY) / geometry.short;
    for (let column = 0; column < room.width; column++, index++) {
      const x = (room.left + (column + 0.5) * room.scale - geometry.standX) / geometry.short;
      paint.at(x, y, index, paint);
      target.red[index] = paint.red * (light.red[index] ?? 0) + paint.glowRed;
      target.green[index] = paint.green * (light.green[index] ?? 0) + paint.glowGreen;
      target.blue[index] = paint.blue * (light.blue[index] ?? 0) + paint.glowBlue;
    }
  }
  if (paint.hangs) paintFeature({ ...options, target });
  const sigma = (blur * geometry.short * 0.018) / room.scale;
  if (sigma >= 0.3)
    for (const channel of ['red', 'green', 'blue'] as const)
      target[channel] = blurPlane(target[channel], room.width, room.height, { x: sigma, y: sigma });
  if (set.light === 'neon') neonTubes({ ...options, target });
  return target;
}

/** The size of the plate: the frame pulled back to 85 %, with room for shift and pan on every side. */
function roomOf({ set, geometry, blur }: WallOptions): PlateRoom {
  const { width, height, short } = geometry;
  const isSharp = blur < 0.3 && (set.feature !== 'none' || set.style === 'room' || set.light === 'neon');
  const scale = (isSharp ? 1.5 : 2) * Math.max(1, short / 720);
  const half = { x: width * 0.6 + short * 0.4, y: height * 0.6 + short * 0.26 };
  return {
    width: Math.ceil((half.x * 2) / scale),
    height: Math.ceil((half.y * 2) / scale),
    left: width / 2 - half.x,
    top: height / 2 - half.y,
    scale,
  };
}
