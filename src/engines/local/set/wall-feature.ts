import type { StudioSet } from '../../../domain/storyboard.ts';
import { clamp01, smoothstep } from './curves.ts';
import type { SetGeometry } from './geometry.ts';
import { type Light3, lightOfHex } from './linear-light.ts';
import { sideOf } from './rig.ts';
import type { WallPaint } from './wall-plate.ts';

/** The outline of a disc or an arch on the wall, in short sides from the wall's foot behind the subject, y down. */
interface Outline {
  radius: number;
  centreY: number;
  /** How far a place is outside; negative inside. */
  away(x: number, y: number): number;
}

export function outlineOf(feature: 'disc' | 'arch', geometry: SetGeometry): Outline {
  const portrait = geometry.height > geometry.width * 1.2;
  const radius = feature === 'disc' ? (portrait ? 0.4 : 0.33) : portrait ? 0.36 : 0.31;
  const centreY = feature === 'disc' ? -radius * 0.74 : -radius * (portrait ? 1.3 : 0.74);
  return {
    radius,
    centreY,
    away: (x, y) =>
      feature === 'arch' && y > centreY
        ? Math.abs(x) - radius
        : Math.sqrt(x ** 2 + (y - centreY) ** 2) - radius,
  };
}

/** A disc that stands a hand's width before the wall, or an arched niche let into it; both lit from the lamp's side. */
export function paintFeature(options: {
  set: StudioSet;
  geometry: SetGeometry;
  wall: string;
  target: WallPaint;
}): void {
  const { set, geometry, wall, target } = options;
  if (set.feature !== 'disc' && set.feature !== 'arch') return;
  const { short, seamY, standX } = geometry;
  const outline = outlineOf(set.feature, geometry);
  const shade = set.feature === 'disc' ? discShade : nicheShade;
  const side = sideOf(set);
  const [dyeRed, dyeGreen, dyeBlue] = dyeOf(wall, set.accent, set.feature === 'disc' ? 0.42 : 0.12);
  const pixel = (0.8 * target.scale) / short;
  for (let row = 0; row < target.height; row++) {
    const y = (target.top + (row + 0.5) * target.scale - seamY) / short;
    if (y < outline.centreY - outline.radius * 1.5) continue;
    for (let column = 0; column < target.width; column++) {
      const x = (target.left + (column + 0.5) * target.scale - standX) / short;
      if (Math.abs(x) > outline.radius * 1.5) continue;
      const inside = smoothstep(pixel, -pixel, outline.away(x, y));
      const level = shade({ x: x * side, y, inside, outline });
      const index = row * target.width + column;
      target.red[index] = (target.red[index] ?? 0) * level * (1 + inside * (dyeRed - 1));
      target.green[index] = (target.green[index] ?? 0) * level * (1 + inside * (dyeGreen - 1));
      target.blue[index] = (target.blue[index] ?? 0) * level * (1 + inside * (dyeBlue - 1));
    }
  }
}

/** `x` grows towards the lamp. */
type Shade = (at: { x: number; y: number; inside: number; outline: Outline }) => number;

const discShade: Shade = ({ x, y, inside, outline }) => {
  const cast = outline.away(x + 0.035, y - 0.03);
  const shadow = 0.34 * smoothstep(0.06, -0.05, cast);
  const rim = Math.exp(-((outline.away(x, y) + 0.004) ** 2) / 0.00001);
  const towards = (x * 0.7 - (y - outline.centreY) * 0.7) / outline.radius;
  const face = 1.1 + 0.05 * towards + 0.16 * rim * clamp01(towards);
  return (1 - shadow) * (1 - inside) + face * inside;
};

const nicheShade: Shade = ({ x, y, inside, outline }) => {
  const depth = 0.075;
  // The edge on the lamp's side keeps the light from the back of the niche, the other edge shows its bright cheek.
  const shadow = 0.42 * smoothstep(-0.05, 0.06, outline.away(x + depth, y - depth * 0.5));
  const cheek = smoothstep(-0.002, 0.002, outline.away(x - 0.022, y)) * smoothstep(0.1, -0.1, x);
  const back = (0.86 - shadow) * (1 - cheek) + 1.13 * cheek;
  const occluded = 1 - 0.16 * Math.exp(outline.away(x, y) / 0.05) * inside;
  return 1 - inside + back * occluded * inside;
};

/** The factors that lead from the wall's colour `share` of the way to the accent, within reason. */
function dyeOf(wall: string, accent: string, share: number): Light3 {
  const from = lightOfHex(wall);
  const to = lightOfHex(accent);
  const factor = (one: number, other: number) =>
    Math.min(3.5, Math.max(0.5, (other + 0.02) / (one + 0.02))) ** share;
  return [factor(from[0], to[0]), factor(from[1], to[1]), factor(from[2], to[2])];
}
