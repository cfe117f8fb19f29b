import type { Light } from '../../../domain/storyboard.ts';
import { seededRandom } from '../random.ts';
import { blurPlane } from '../understand/blur.ts';
import { chromaOf, oklabOfHex } from '../understand/oklab.ts';
import { addDisc } from './bokeh.ts';
import { clamp01, smoothstep } from './curves.ts';
import { enlargedPlanes } from './enlarge.ts';
import { type Light3, type LightPlanes, lightOfOklab, lightPlanes, mixLight } from './linear-light.ts';
import { createNoise, fractal, octavesFor } from './noise.ts';
import { sideOf } from './rig.ts';
import type { PaintOptions } from './wall-plate.ts';

const coarse = 2;

/**
 * A garden far out of focus: sky through the crowns on the sun's side, foliage in layers from pale and far to deep
 * and near, and the discs that a lens makes of every glint. Greens lean to the wall's hue; the accent flowers.
 */
export function outdoorsView(options: PaintOptions): LightPlanes {
  const { set, geometry, room, seed, blur } = options;
  const planes = lightPlanes(Math.ceil(room.width / coarse), Math.ceil(room.height / coarse));
  const unit = geometry.short / room.scale / coarse;
  const middle = (geometry.standX - room.left) / room.scale / coarse;
  const foot = (geometry.seamY - room.top) / room.scale / coarse;
  const colours = coloursOf(options);
  paintFoliage({
    planes,
    unit,
    middle,
    foot,
    colours,
    seed,
    side: sideOf(set),
    wide: geometry.width / geometry.short,
  });
  const sigma = unit * (0.012 + 0.03 * blur);
  for (const channel of ['red', 'green', 'blue'] as const)
    planes[channel] = blurPlane(planes[channel], planes.width, planes.height, { x: sigma, y: sigma });
  addGlints({ planes, unit, middle, foot, colours, options });
  return expose(enlargedPlanes(planes, room, coarse), set.light);
}

interface Colours {
  sky: Light3;
  far: Light3;
  mid: Light3;
  deep: Light3;
  glint: Light3;
  flower: Light3;
}

function coloursOf({ set, wall }: PaintOptions): Colours {
  const paint = oklabOfHex(wall);
  const accent = oklabOfHex(set.accent);
  const green = (L: number, chroma: number, lean: number): Light3 =>
    lightOfOklab({ L, a: -0.52 * chroma + paint.a * lean, b: 0.85 * chroma + paint.b * lean });
  const flower =
    chromaOf(accent) > 0.05 ? { L: Math.max(0.68, accent.L), a: accent.a, b: accent.b } : undefined;
  return {
    sky: lightOfOklab({ L: 0.93, a: -0.006 + paint.a * 0.15, b: 0.004 + paint.b * 0.15 }),
    far: green(0.75, 0.065, 0.35),
    mid: green(0.54, 0.085, 0.25),
    deep: green(0.3, 0.055, 0.2),
    glint: lightOfOklab({ L: 0.93, a: -0.025, b: 0.065 }),
    flower: flower === undefined ? green(0.85, 0.06, 0.3) : lightOfOklab(flower),
  };
}

function paintFoliage(options: {
  planes: LightPlanes;
  unit: number;
  middle: number;
  foot: number;
  colours: Colours;
  seed: number;
  side: number;
  wide: number;
}): void {
  const { planes, unit, middle, foot, colours, seed, side, wide } = options;
  const noise = createNoise(seed, 'foliage');
  const octaves = octavesFor(4, 0.1);
  for (let row = 0, index = 0; row < planes.height; row++) {
    const y = (row + 0.5 - foot) / unit;
    for (let column = 0; column < planes.width; column++, index++) {
      const x = ((column + 0.5 - middle) / unit) * side;
      const tuft = fractal(noise, x * 2.6 + 30, y * 2.6 + 30, octaves);
      const crown = fractal(noise, x * 1.1 + 90, y * 1.4 + 60, octaves);
      const open = smoothstep(0.2, 0.75, -y * 0.62 + (x / wide) * 0.75 + crown * 0.75 + 0.02);
      const near = smoothstep(-0.55, 0.25, y + crown * 0.55 - (x / wide) * 0.3);
      const lit = clamp01(0.5 + tuft * 1.1 + (x / wide) * 0.35 - near * 0.25);
      let colour = mixLight(colours.deep, colours.mid, smoothstep(0.1, 0.75, lit));
      colour = mixLight(colour, colours.far, smoothstep(0.4, 1, lit) * (1 - near * 0.75));
      colour = mixLight(colour, colours.sky, open);
      planes.red[index] = colour[0];
      planes.green[index] = colour[1];
      planes.blue[index] = colour[2];
    }
  }
}

function addGlints(options: {
  planes: LightPlanes;
  unit: number;
  middle: number;
  foot: number;
  colours: Colours;
  options: PaintOptions;
}): void {
  const { planes, unit, middle, foot, colours } = options;
  const { set, geometry, seed, blur } = options.options;
  const random = seededRandom(seed, 'glints');
  const side = sideOf(set);
  const wide = geometry.width / geometry.short;
  for (let glint = 0; glint < 120; glint++) {
    const sunny = random() ** 0.8;
    const x = side * wide * (sunny * 1.5 - 0.75 + (random() - 0.5) * 0.3);
    const height = 0.02 + random() ** 1.3 * 0.85;
    const radius = (0.012 + 0.045 * random() ** 1.6) * (0.7 + 0.6 * blur);
    const isFlower = random() < 0.2 && height < 0.45;
    const strength = (0.05 + 0.3 * random() ** 2) * (0.4 + 0.6 * sunny) * (isFlower ? 1.5 : 1);
    const light = isFlower ? colours.flower : mixLight(colours.glint, colours.far, random() * 0.6);
    addDisc(planes, {
      x: middle + x * unit,
      y: foot - height * unit,
      radius: radius * unit,
      soft: Math.max(1.2, radius * unit * 0.12),
      rim: 0.3,
      light: [light[0] * strength, light[1] * strength, light[2] * strength],
    });
  }
}

function expose(planes: LightPlanes, light: Light): LightPlanes {
  const [red, green, blue] = exposures[light];
  for (let index = 0; index < planes.red.length; index++) {
    planes.red[index] = (planes.red[index] ?? 0) * red;
    planes.green[index] = (planes.green[index] ?? 0) * green;
    planes.blue[index] = (planes.blue[index] ?? 0) * blue;
  }
  return planes;
}

const exposures: Record<Light, Light3> = {
  soft: [0.98, 1, 0.98],
  bright: [1.22, 1.22, 1.2],
  dramatic: [0.34, 0.34, 0.36],
  golden_hour: [1.22, 0.88, 0.55],
  neon: [0.13, 0.1, 0.2],
  high_key: [1.75, 1.72, 1.75],
  low_key: [0.1, 0.1, 0.105],
  moonlight: [0.1, 0.15, 0.27],
};
