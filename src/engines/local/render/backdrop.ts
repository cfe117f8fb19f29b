import { seededRandom } from '../random.ts';
import type { Storyboard } from '../storyboard.ts';
import { oklabOfHex, rgbOfOklab } from '../understand/oklab.ts';
import type { StageBitmap } from './layer.ts';

/**
 * A studio: a wall that rounds into the floor, a light from the upper left, a glow behind the subject and darker
 * corners. Painted as one field of lightness over the wall's colour, with a fine dither so that eight bits show
 * no bands. `margin` is how much larger than the frame it is; without `floor` it is wall all over.
 */
export function drawBackdrop(options: {
  storyboard: Storyboard;
  wall: string;
  floor: boolean;
  margin: number;
}): StageBitmap {
  const { storyboard, wall, floor, margin } = options;
  const width = Math.ceil((storyboard.width * margin) / 2) * 2;
  const height = Math.ceil((storyboard.height * margin) / 2) * 2;
  const short = Math.min(storyboard.width, storyboard.height);
  const colours = shadesOf(wall);
  const data = new Uint8ClampedArray(new SharedArrayBuffer(width * height * 4));
  const lightness = lightField(storyboard, oklabOfHex(wall).L, floor, short);
  const dither = ditherTile(storyboard.seed);
  for (let y = 0, at = 0; y < height; y++) {
    const v = (y - height / 2) / short;
    for (let x = 0; x < width; x++, at += 4) {
      const shade = Math.min(shades - 2, Math.max(0, lightness((x - width / 2) / short, v) * shades));
      const low = Math.floor(shade);
      const part = shade - low;
      const noise = dither[(y & 63) * 64 + (x & 63)] ?? 0;
      for (let channel = 0; channel < 3; channel++) {
        const one = colours[low * 3 + channel] ?? 0;
        const next = colours[low * 3 + 3 + channel] ?? 0;
        data[at + channel] = one + (next - one) * part + noise;
      }
      data[at + 3] = 255;
    }
  }
  return { width, height, data };
}

const shades = 512;

/** sRGB of the wall's colour at every lightness: paler where very light, deeper where dark, as paint is. */
function shadesOf(hex: string): Float64Array {
  const wall = oklabOfHex(hex);
  const colours = new Float64Array(shades * 3);
  for (let shade = 0; shade < shades; shade++) {
    const L = shade / shades;
    const chroma =
      L > wall.L ? 1 - 0.35 * ((L - wall.L) / Math.max(0.05, 1 - wall.L)) : 0.55 + 0.45 * (L / wall.L);
    colours.set(rgbOfOklab({ L, a: wall.a * chroma, b: wall.b * chroma }), shade * 3);
  }
  return colours;
}

/** Lightness at a place, in short sides of the frame from its centre, y down. */
function lightField(
  { set, width, height }: Storyboard,
  wall: number,
  floor: boolean,
  short: number,
): (x: number, y: number) => number {
  const halfWidth = width / short / 2;
  const halfHeight = height / short / 2;
  const portrait = height > width * 1.2;
  const horizon = floor ? halfHeight * 2 * (portrait ? 0.6 : 0.68) - halfHeight : halfHeight * 4;
  const depth = set.light === 'dramatic' ? 1.7 : set.light === 'bright' ? 0.75 : 1;
  const feature = featureField(set.feature, floor, horizon, portrait);
  return (x, y) => {
    const below = smooth((y - horizon + 0.05) / 0.16);
    const glow = Math.exp(-((x * 0.85) ** 2 + (y - horizon + 0.34) ** 2) / 0.3);
    const rise = Math.min(1, Math.max(0, (horizon - y) / (horizon + halfHeight)));
    const wallLight = 0.06 * glow - 0.022 * rise * rise - 0.018 * x + feature(x, y) * (1 - below);
    const front = Math.max(0, (y - horizon) / Math.max(0.1, halfHeight - horizon));
    const onFloor = 0.05 * Math.exp(-((x * 0.75) ** 2) / 0.35) - 0.03 * front * front + 0.018 - 0.012 * x;
    // A thin, soft dip where wall and floor meet keeps the two apart.
    const seam = floor ? -0.016 * Math.exp(-(((y - horizon - 0.005) / 0.05) ** 2)) : 0;
    const corner = ((x / halfWidth) ** 2 + (y / halfHeight) ** 2) / 2;
    return wall + depth * (wallLight * (1 - below) + onFloor * below + seam - 0.026 * corner ** 1.5);
  };
}

function featureField(
  feature: Storyboard['set']['feature'],
  floor: boolean,
  horizon: number,
  portrait: boolean,
): (x: number, y: number) => number {
  if (feature === 'none' || !floor) return () => 0;
  const radius = portrait ? 0.4 : 0.36;
  const centre = horizon - (feature === 'disc' ? radius * 0.86 : radius * 1.0);
  const soft = 0.006;
  return (x, y) => {
    const round = Math.sqrt(x * x + (y - centre) ** 2) - radius;
    const away = feature === 'arch' && y > centre ? Math.abs(x) - radius : round;
    const inside = smooth(0.5 - away / soft / 2);
    // A shade lighter, most where it meets the floor: a painted niche, quiet enough to stay behind the product.
    const inner = 0.014 + 0.022 * Math.min(1, Math.max(0, (y - centre + radius) / (radius * 2)));
    return inside * inner;
  };
}

function ditherTile(seed: number): Float64Array {
  const random = seededRandom(seed, 'dither');
  return Float64Array.from({ length: 64 * 64 }, () => (random() + random() - 1) * 0.9);
}

function smooth(value: number): number {
  const t = Math.min(1, Math.max(0, value));
  return t * t * (3 - 2 * t);
}
