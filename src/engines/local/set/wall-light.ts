import type { StudioSet } from '../../../domain/storyboard.ts';
import { enlarged, enlargedPlanes } from './enlarge.ts';
import type { SetGeometry } from './geometry.ts';
import { goboMask } from './gobo.ts';
import { type LightPlanes, lightPlanes } from './linear-light.ts';
import { goboOf, neonLamps, rigOf, sideOf } from './rig.ts';
import type { PlateRoom } from './wall-plate.ts';

interface WallLightOptions {
  set: StudioSet;
  geometry: SetGeometry;
  seed: number;
  room: PlateRoom;
}

/** What a gobo lets through is taken from the even light, or the wall would only grow brighter. */
const besideGobo = 0.62;

/** The light that falls on the wall, before any paint. Without a gobo it has no edge, and a quarter holds it. */
export function wallLight(options: WallLightOptions): LightPlanes {
  const { set, room } = options;
  const light = enlargedPlanes(spread(options, coarser(room, 4)), room, 4);
  const kind = goboOf(set);
  if (kind === 'none') return light;
  const half = coarser(room, 2);
  const mask = enlarged(goboMask({ ...options, kind, room: half }), half, room, 2);
  const { tint, ambient, wall } = rigOf(set);
  const wanted = (kind === 'leaves' || set.feature === 'window' ? 0.95 : 0.6) * (0.4 + wall.even);
  // Where there is much light already, the window may not burn the wall out.
  const level = Math.min(wanted, 1.25 - ambient[1] - wall.even * besideGobo - wall.glow);
  for (let index = 0; index < mask.length; index++) {
    const through = level * (mask[index] ?? 0);
    light.red[index] = (light.red[index] ?? 0) + tint[0] * through;
    light.green[index] = (light.green[index] ?? 0) + tint[1] * through;
    light.blue[index] = (light.blue[index] ?? 0) + tint[2] * through;
  }
  return light;
}

function coarser(room: PlateRoom, by: number): PlateRoom {
  return {
    ...room,
    width: Math.ceil(room.width / by),
    height: Math.ceil(room.height / by),
    scale: room.scale * by,
  };
}

/** Even light, the glow behind the subject, darker corners, and the two glows of neon. */
function spread({ set, geometry }: WallLightOptions, room: PlateRoom): LightPlanes {
  const { wall, tint, ambient } = rigOf(set);
  const side = sideOf(set);
  const lamps = set.light === 'neon' ? neonLamps(set) : undefined;
  const even = wall.even * (goboOf(set) === 'none' ? 1 : besideGobo);
  const halfX = geometry.width / geometry.short / 2;
  const upper = -geometry.seamY / geometry.short;
  const glowY = upper * 0.45;
  const planes = lightPlanes(room.width, room.height);
  for (let row = 0, index = 0; row < room.height; row++) {
    const y = (room.top + (row + 0.5) * room.scale - geometry.seamY) / geometry.short;
    for (let column = 0; column < room.width; column++, index++) {
      const x = (room.left + (column + 0.5) * room.scale - geometry.standX) / geometry.short;
      const towards = x * side;
      const glowX = towards - wall.side * halfX * 0.8;
      const glow = wall.glow * Math.exp(-(glowX * glowX * 0.8 + (y - glowY) ** 2) / wall.reach ** 2);
      const corner = (x / halfX) ** 2 * 0.55 + (y / upper - 0.5) ** 2 * 1.2;
      const dark = 1 / (1 + wall.corner * corner) ** 1.5;
      const fall = 1 + wall.fall * Math.max(-1.4, Math.min(1.4, towards / halfX));
      const key = (even + glow) * fall * dark;
      planes.red[index] = ambient[0] * dark + tint[0] * key;
      planes.green[index] = ambient[1] * dark + tint[1] * key;
      planes.blue[index] = ambient[2] * dark + tint[2] * key;
      if (lamps === undefined) continue;
      const near = 0.62 * Math.exp(-((towards - halfX * 0.95) ** 2 / 0.5 + (y - glowY * 1.1) ** 2 / 0.42));
      const far = 0.5 * Math.exp(-((towards + halfX * 0.95) ** 2 / 0.5 + (y - glowY * 0.8) ** 2 / 0.42));
      planes.red[index] = (planes.red[index] ?? 0) + lamps.near[0] * near + lamps.far[0] * far;
      planes.green[index] = (planes.green[index] ?? 0) + lamps.near[1] * near + lamps.far[1] * far;
      planes.blue[index] = (planes.blue[index] ?? 0) + lamps.near[2] * near + lamps.far[2] * far;
    }
  }
  return planes;
}
