import type { StudioSet } from '../../../domain/storyboard.ts';
import type { SetGeometry } from './geometry.ts';
import type { Light3 } from './linear-light.ts';
import { neonLamps, sideOf } from './rig.ts';
import { outlineOf } from './wall-feature.ts';
import type { WallPaint } from './wall-plate.ts';

/** Glowing tubes: around the disc or the arch where the wall has one, else one standing on each side. */
export function neonTubes(options: {
  set: StudioSet;
  geometry: SetGeometry;
  blur: number;
  target: WallPaint;
}): void {
  const { set, geometry, blur, target } = options;
  const { short, seamY, standX } = geometry;
  const lamps = neonLamps(set);
  const side = sideOf(set);
  const thick = 0.0075 + blur * 0.012;
  const away = distanceToTubes(set, geometry);
  for (let row = 0, index = 0; row < target.height; row++) {
    const y = (target.top + (row + 0.5) * target.scale - seamY) / short;
    for (let column = 0; column < target.width; column++, index++) {
      const x = (target.left + (column + 0.5) * target.scale - standX) / short;
      const from = away(x, y);
      if (from > 0.5) continue;
      const colour = mixedLamp(lamps, x * side);
      const core = 1.5 / (1 + (from / thick) ** 4) / (1 + blur);
      const halo = (0.34 / (1 + (from / 0.035) ** 2) + 0.1 * Math.exp(-from / 0.13)) * (1 - from * 2) ** 2;
      target.red[index] = (target.red[index] ?? 0) + colour[0] * (halo + core) + core * 0.5;
      target.green[index] = (target.green[index] ?? 0) + colour[1] * (halo + core) + core * 0.5;
      target.blue[index] = (target.blue[index] ?? 0) + colour[2] * (halo + core) + core * 0.5;
    }
  }
}

function distanceToTubes(set: StudioSet, geometry: SetGeometry): (x: number, y: number) => number {
  if (set.feature === 'disc' || set.feature === 'arch') {
    const outline = outlineOf(set.feature, geometry);
    // Hung clear of the floor, so that the ring is whole.
    return (x, y) => Math.abs(outline.away(x, y + 0.03));
  }
  const at = (geometry.width / geometry.short) * 0.36;
  const top = (-geometry.seamY / geometry.short) * 0.8;
  const foot = -0.07;
  return (x, y) => Math.sqrt((Math.abs(x) - at) ** 2 + (y < top ? top - y : y > foot ? y - foot : 0) ** 2);
}

/** The colour turns from one lamp's into the other's across the middle. */
function mixedLamp({ near, far }: { near: Light3; far: Light3 }, towards: number): Light3 {
  const share = 1 / (1 + Math.exp(-towards * 14));
  return [
    far[0] + (near[0] - far[0]) * share,
    far[1] + (near[1] - far[1]) * share,
    far[2] + (near[2] - far[2]) * share,
  ];
}
