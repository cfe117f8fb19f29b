import type { Light } from '../../../domain/storyboard.ts';
import { seededRandom } from '../random.ts';
import { chromaOf, type Oklab, oklabOfHex } from '../understand/oklab.ts';
import { addDisc } from './bokeh.ts';
import { enlargedPlanes } from './enlarge.ts';
import { type Light3, type LightPlanes, lightOfOklab, lightPlanes } from './linear-light.ts';
import { createNoise, fractal, octavesFor } from './noise.ts';
import type { PaintOptions } from './wall-plate.ts';

const coarse = 2;

/** A city at night, far out of focus: deep sky in the wall's hue, a glow above the streets, lights as discs. */
export function nightView(options: PaintOptions): LightPlanes {
  const { set, geometry, room, seed } = options;
  const planes = lightPlanes(Math.ceil(room.width / coarse), Math.ceil(room.height / coarse));
  const unit = geometry.short / room.scale / coarse;
  const middle = (geometry.standX - room.left) / room.scale / coarse;
  const foot = (geometry.seamY - room.top) / room.scale / coarse;
  paintSky({ planes, unit, middle, foot, seed, wall: oklabOfHex(options.wall), light: set.light });
  addCity({ planes, unit, middle, foot, options });
  return enlargedPlanes(planes, room, coarse);
}

function paintSky(options: {
  planes: LightPlanes;
  unit: number;
  middle: number;
  foot: number;
  seed: number;
  wall: Oklab;
  light: Light;
}): void {
  const { planes, unit, middle, foot, seed, wall, light } = options;
  const muted = Math.min(1, 0.05 / Math.max(0.001, chromaOf(wall)));
  const tone = (L: number, share: number): Light3 =>
    lightOfOklab({ L, a: wall.a * muted * share, b: wall.b * muted * share - 0.02 });
  const level = levels[light];
  const deep = tone(0.15, 0.7);
  const glow = tone(0.36, 1);
  const noise = createNoise(seed, 'night');
  const octaves = octavesFor(3, 0.2);
  for (let row = 0, index = 0; row < planes.height; row++) {
    const y = (row + 0.5 - foot) / unit;
    const low = Math.exp(-((y / 0.34) ** 2));
    for (let column = 0; column < planes.width; column++, index++) {
      const x = (column + 0.5 - middle) / unit;
      const share = low * (0.75 + 0.7 * fractal(noise, x * 1.7 + 50, y * 2.5 + 50, octaves));
      planes.red[index] = level * (deep[0] + (glow[0] - deep[0]) * share);
      planes.green[index] = level * (deep[1] + (glow[1] - deep[1]) * share);
      planes.blue[index] = level * (deep[2] + (glow[2] - deep[2]) * share);
    }
  }
}

/** Houses of lit windows, and a street of lamps along the foot. */
function addCity(place: {
  planes: LightPlanes;
  unit: number;
  middle: number;
  foot: number;
  options: PaintOptions;
}): void {
  const { planes, unit, middle, foot } = place;
  const { set, geometry, seed, blur } = place.options;
  const random = seededRandom(seed, 'city');
  const lamps = lampsOf(set.accent);
  const wide = geometry.width / geometry.short;
  const add = (x: number, height: number, size: number, strength: number) => {
    const lamp = lamps[Math.floor(random() ** 1.7 * lamps.length)] ?? lamps[0];
    if (lamp === undefined) return;
    const radius = size * (0.75 + 0.5 * blur) * unit;
    const by = strength * levels[set.light];
    addDisc(planes, {
      x: middle + x * unit,
      y: foot - height * unit,
      radius,
      soft: Math.max(1.1, radius * 0.1),
      rim: 0.35,
      light: [lamp[0] * by, lamp[1] * by, lamp[2] * by],
    });
  };
  for (let house = 0; house < 11; house++) {
    const centre = wide * 1.7 * ((house + random()) / 11 - 0.5);
    const high = 0.16 + random() ** 1.5 * 0.62;
    const size = 0.012 + random() * 0.02;
    const broad = 0.08 + random() * 0.1;
    for (let window = 0; window < 9; window++)
      add(
        centre + (random() - 0.5) * broad,
        random() * high,
        size * (0.8 + random() * 0.4),
        0.04 + 0.42 * random() ** 3,
      );
  }
  for (let lamp = 0; lamp < 26; lamp++)
    add(
      wide * 1.7 * (random() - 0.5),
      0.015 + random() * 0.07,
      0.02 + random() * 0.028,
      0.1 + 0.5 * random() ** 2,
    );
}

/** Mostly warm lamps, some in the accent, few cool or red; the first are the most frequent. */
function lampsOf(accent: string): Light3[] {
  const own = oklabOfHex(accent);
  const chroma = Math.max(0.001, chromaOf(own));
  const vivid = chroma > 0.03 ? Math.min(2.2, 0.13 / chroma) : 1;
  return [
    lightOfOklab({ L: 0.82, a: 0.03, b: 0.11 }),
    lightOfOklab({ L: 0.88, a: 0.012, b: 0.06 }),
    lightOfOklab({ L: 0.74, a: 0.07, b: 0.12 }),
    lightOfOklab({ L: 0.72, a: own.a * vivid, b: own.b * vivid }),
    lightOfOklab({ L: 0.9, a: -0.015, b: -0.02 }),
    lightOfOklab({ L: 0.62, a: 0.16, b: 0.07 }),
  ];
}

const levels: Record<Light, number> = {
  soft: 1,
  bright: 1.35,
  dramatic: 0.75,
  golden_hour: 1.15,
  neon: 1.05,
  high_key: 1.6,
  low_key: 0.5,
  moonlight: 0.85,
};
