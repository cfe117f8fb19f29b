import type { StudioSet } from '../../../domain/storyboard.ts';
import type { SetGeometry } from './geometry.ts';
import { byteOfLight, type Light3 } from './linear-light.ts';
import type { Plate } from './plates.ts';
import { neonLamps, rigOf, sideOf } from './rig.ts';

/** One soft light in the air; lengths in short sides from the foot of the wall behind the subject, x to the lamp. */
interface Glow {
  x: number;
  y: number;
  wide: number;
  high: number;
  /** Radians by which it leans, clockwise for a lamp on the left. */
  lean: number;
  light: Light3;
  strength: number;
  distance: number;
}

/** What light leaves in the air between wall and subject: haze, the sun's glow, the halo of neon. */
export function drawLightPlates(options: {
  set: StudioSet;
  geometry: SetGeometry;
  dither: Float32Array;
}): Plate[] {
  return glowsOf(options.set, options.geometry).map((glow) => plateOf({ ...options, glow }));
}

function glowsOf(set: StudioSet, geometry: SetGeometry): Glow[] {
  const { tint } = rigOf(set);
  const top = -geometry.seamY / geometry.short;
  const half = geometry.width / geometry.short / 2;
  const beam = {
    x: half * 0.55,
    y: top * 0.62,
    wide: 0.26,
    high: 1.0,
    lean: 0.7,
    light: tint,
    distance: 1.7,
  };
  switch (set.light) {
    case 'golden_hour':
      return [
        {
          x: half * 1.05,
          y: top * 0.62,
          wide: 0.85,
          high: 0.75,
          lean: 0,
          light: [1, 0.62, 0.26],
          strength: 0.42,
          distance: 2.1,
        },
        {
          x: half * 0.5,
          y: top * 0.3,
          wide: 0.95,
          high: 0.22,
          lean: 0.5,
          light: [1, 0.72, 0.4],
          strength: 0.12,
          distance: 1.5,
        },
      ];
    case 'dramatic':
      return [{ ...beam, strength: 0.1 }];
    case 'moonlight':
      return [{ ...beam, strength: 0.09 }];
    case 'neon': {
      const { near, far } = neonLamps(set);
      const glow = { y: top * 0.35, wide: 0.5, high: 0.62, lean: 0, strength: 0.2, distance: 1.6 };
      return [
        { ...glow, x: half * 1.05, light: near },
        { ...glow, x: -half * 1.05, light: far },
      ];
    }
    case 'soft':
    case 'bright':
      if (set.style !== 'outdoors') return [];
      return [
        {
          x: half,
          y: top * 0.95,
          wide: 0.7,
          high: 0.6,
          lean: 0,
          light: [1, 0.97, 0.88],
          strength: 0.3,
          distance: 2.2,
        },
      ];
    case 'high_key':
    case 'low_key':
      return [];
  }
}

/** Stored at a quarter: it has no edge anywhere. The dither sits in the alpha, where the steps would show. */
function plateOf(options: {
  set: StudioSet;
  geometry: SetGeometry;
  dither: Float32Array;
  glow: Glow;
}): Plate {
  const { set, geometry, dither, glow } = options;
  const { short, seamY, standX } = geometry;
  const scale = 4 * Math.max(1, short / 720);
  const side = sideOf(set);
  const spread = 2.3;
  const reach = Math.max(glow.wide, glow.high) * spread;
  const halfX = (glow.lean === 0 ? glow.wide * spread : reach) * short;
  const halfY = (glow.lean === 0 ? glow.high * spread : reach) * short;
  const width = Math.ceil((halfX * 2) / scale);
  const height = Math.ceil((halfY * 2) / scale);
  const data = new Uint8ClampedArray(new SharedArrayBuffer(width * height * 4));
  const most = Math.max(...glow.light);
  const bytes = glow.light.map((channel) => byteOfLight((channel / most) * 0.95));
  const cos = Math.cos(glow.lean * side);
  const sin = Math.sin(glow.lean * side);
  for (let row = 0, at = 0; row < height; row++) {
    const y = ((row + 0.5) * scale - halfY) / short;
    for (let column = 0; column < width; column++, at += 4) {
      const x = ((column + 0.5) * scale - halfX) / short;
      const u = (x * cos + y * sin) / glow.wide;
      const v = (-x * sin + y * cos) / glow.high;
      const away = (u * u + v * v) / (spread * spread);
      if (away >= 1) continue;
      // Cut off gently, so that the plate itself has no edge.
      const level = glow.strength * Math.exp(-away * spread * 2) * (1 - away) ** 2;
      data[at] = bytes[0] ?? 0;
      data[at + 1] = bytes[1] ?? 0;
      data[at + 2] = bytes[2] ?? 0;
      const noise = dither[((row & 127) << 7) | (column & 127)] ?? 0;
      data[at + 3] = level * 255 + noise * Math.min(1, level * 100);
    }
  }
  return {
    bitmap: { width, height, data },
    x: standX + side * glow.x * short,
    y: seamY + glow.y * short,
    scale,
    distance: glow.distance,
    blend: 'screen',
  };
}
