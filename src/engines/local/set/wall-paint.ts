import type { StudioSet } from '../../../domain/storyboard.ts';
import { type Oklab, oklabOfHex } from '../understand/oklab.ts';
import { smoothstep } from './curves.ts';
import { type Light3, lightOfHex, lightOfOklab, mixLight } from './linear-light.ts';
import { createNoise, fractal, octavesFor } from './noise.ts';
import { rigOf, sideOf } from './rig.ts';
import { nightView } from './view-night.ts';
import { outdoorsView } from './view-outdoors.ts';
import type { PaintOptions } from './wall-plate.ts';

/** What the wall is made of, asked pixel by pixel; `at` leaves its answer in the fields to spare an object each. */
interface Paint {
  /** Of the light that falls on it, how much it gives back. */
  red: number;
  green: number;
  blue: number;
  /** Light of its own. */
  glowRed: number;
  glowGreen: number;
  glowBlue: number;
  /** Whether it is a wall on which a feature can hang. */
  hangs: boolean;
  /** Places are in short sides from the foot of the wall behind the subject, y down. */
  at(x: number, y: number, index: number, paint: Paint): void;
}

export function paintOf(options: PaintOptions): Paint {
  return paints[options.set.style](options);
}

const paints: Record<StudioSet['style'], (options: PaintOptions) => Paint> = {
  studio: plaster,
  gradient: twoColours,
  room: roomWall,
  outdoors: (options) => view(outdoorsView(options)),
  night: (options) => view(nightView(options)),
};

/** The wall's colour, bleached as far as the light wants it. */
export function litWall(wall: string, set: StudioSet): Light3 {
  const white: Light3 = [0.92, 0.92, 0.915];
  return mixLight(lightOfHex(wall), white, rigOf(set).lift);
}

/** Even paint, with the faint unevenness of a brush or of rolled paper. */
function plaster({ set, wall, seed, geometry }: PaintOptions): Paint {
  const colour = litWall(wall, set);
  const noise = createNoise(seed, 'plaster');
  const octaves = octavesFor(3, 4 / geometry.short);
  return {
    ...blank(),
    hangs: true,
    at(x, y, _index, paint) {
      const uneven = 1 + 0.035 * fractal(noise, x * 2.2 + 40, y * 2.2 + 40, octaves);
      paint.red = colour[0] * uneven;
      paint.green = colour[1] * uneven;
      paint.blue = colour[2] * uneven;
    },
  };
}

/** From the wall's colour, at the light's side above, to the accent. */
function twoColours({ set, wall, geometry }: PaintOptions): Paint {
  const lift = rigOf(set).lift;
  const white: Light3 = [0.94, 0.94, 0.94];
  const table = gradientTable(oklabOfHex(wall), oklabOfHex(set.accent)).map((colour) =>
    mixLight(colour, white, lift * 0.75),
  );
  const side = sideOf(set);
  const high = geometry.seamY / geometry.short;
  const wide = geometry.width / geometry.short;
  return {
    ...blank(),
    hangs: true,
    at(x, y, _index, paint) {
      const along = 0.5 - (side * x * 0.62) / wide + (y / high + 0.55) * 0.5;
      const swell = 0.06 * Math.sin((x / wide) * 4 + (y / high) * 1.5);
      const place = smoothstep(-0.12, 1.1, along + swell) * (steps - 2);
      const low = Math.floor(place);
      const one = table[low] ?? white;
      const next = table[low + 1] ?? white;
      const share = place - low;
      paint.red = one[0] + (next[0] - one[0]) * share;
      paint.green = one[1] + (next[1] - one[1]) * share;
      paint.blue = one[2] + (next[2] - one[2]) * share;
    },
  };
}

const steps = 64;

/** Mixed in OKLab, where the way between two hues does not turn grey or dark. */
function gradientTable(from: Oklab, to: Oklab): Light3[] {
  return Array.from({ length: steps }, (_, step) => {
    const share = step / (steps - 1);
    return lightOfOklab({
      L: from.L + (to.L - from.L) * share,
      a: from.a + (to.a - from.a) * share,
      b: from.b + (to.b - from.b) * share,
    });
  });
}

/** A painted room: plaster above a panelled base with a ledge and a skirting board. */
function roomWall(options: PaintOptions): Paint {
  const wall = plaster(options);
  const { short } = options.geometry;
  const pixel = 1.2 / short;
  const upTo = (height: number, y: number) => smoothstep(-height - pixel, -height + pixel, y);
  const skirting = { height: 0.075, bevel: 0.012 };
  return {
    ...wall,
    at(x, y, index, paint) {
      wall.at(x, y, index, paint);
      if (y < -0.2) return;
      const board = upTo(skirting.height, y);
      // The board's upper edge catches the light, and keeps it from the wall just above.
      const edge = board * (1 - upTo(skirting.height - skirting.bevel, y));
      const shade = (1 - board) * Math.exp(-Math.max(0, -y - skirting.height) / 0.012);
      const crease = Math.exp(-Math.max(0, -y) / 0.01);
      const level = 1 + 0.05 * board + 0.16 * edge - 0.16 * shade - 0.3 * crease;
      paint.red *= level;
      paint.green *= level;
      paint.blue *= level;
    },
  };
}

/** What is seen far behind, painted beforehand in light of its own. */
function view(planes: { red: Float32Array; green: Float32Array; blue: Float32Array }): Paint {
  return {
    ...blank(),
    hangs: false,
    at(_x, _y, index, paint) {
      paint.glowRed = planes.red[index] ?? 0;
      paint.glowGreen = planes.green[index] ?? 0;
      paint.glowBlue = planes.blue[index] ?? 0;
    },
  };
}

function blank(): Omit<Paint, 'at' | 'hangs'> {
  return { red: 0, green: 0, blue: 0, glowRed: 0, glowGreen: 0, glowBlue: 0 };
}
