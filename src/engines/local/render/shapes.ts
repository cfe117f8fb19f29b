import { createCanvas, ImageData } from '@napi-rs/canvas';
import { seededRandom } from '../random.ts';
import type { Storyboard } from '../storyboard.ts';
import { type Oklab, oklabOfHex, rgbOfOklab } from '../understand/oklab.ts';
import type { Layer, StageBitmap } from './layer.ts';
import { readBack } from './sprite.ts';

/**
 * What a film without any reference shows: a quiet still life of three balls on the set, in colours around the
 * wall's. Returns its layers; `add` takes each bitmap and answers with its index.
 */
export function drawShapes(storyboard: Storyboard, add: (bitmap: StageBitmap) => number): Layer[] {
  const { width, height, seed, set } = storyboard;
  const short = Math.min(width, height);
  const portrait = height > width * 1.2;
  const random = seededRandom(seed, 'shapes');
  const wall = oklabOfHex(set.wall);
  const mirrored = random() < 0.5 ? -1 : 1;
  const floor = height * (portrait ? 0.7 : 0.83);
  const balls = [
    { x: -0.3, back: 0.09, radius: 0.13, depth: 0.86 },
    { x: 0.06, back: 0.03, radius: 0.23, depth: 0.97 },
    { x: 0.4, back: -0.02, radius: 0.085, depth: 1.08 },
  ];
  return balls.map(({ x, back, radius, depth }, index): Layer => {
    const size = radius * (0.9 + random() * 0.2) * short;
    const colour = paint(wall, index, random);
    const { bitmap, anchorX, anchorY } = drawBall(size, colour);
    return {
      bitmap: add(bitmap),
      depth,
      x: width / 2 + mirrored * x * short,
      y: floor - back * short,
      anchorX,
      anchorY,
      scale: 1,
      turns: false,
    };
  });
}

/** Neighbours of the wall's hue, one pale, one middle, one deep: a quiet family instead of toys. */
function paint(wall: Oklab, index: number, random: () => number): Oklab {
  const { turn, L, chroma } = tones[index % tones.length] ?? tones[0];
  const hue = Math.atan2(wall.b, wall.a) + turn + (random() - 0.5) * 0.3;
  const lightness = wall.L > 0.6 ? L : L + 0.08;
  return { L: lightness, a: Math.cos(hue) * chroma, b: Math.sin(hue) * chroma };
}

const tones = [
  { turn: -0.45, L: 0.6, chroma: 0.085 },
  { turn: 0.1, L: 0.87, chroma: 0.022 },
  { turn: -0.2, L: 0.42, chroma: 0.06 },
] as const;

function drawBall(radius: number, colour: Oklab): { bitmap: StageBitmap; anchorX: number; anchorY: number } {
  const margin = Math.ceil(radius * 1.1);
  const side = Math.ceil(radius * 2);
  const canvas = createCanvas(side + margin * 2, side + margin);
  const context = canvas.getContext('2d');
  const middle = margin + radius;
  const base = radius * 2;
  for (const [wide, flat, alpha] of [
    [1.5, 0.34, 0.3],
    [0.8, 0.16, 0.35],
    [0.34, 0.07, 0.4],
  ] as const) {
    context.save();
    context.translate(middle + radius * 0.1 * wide, base - radius * 0.03);
    context.scale(wide, flat);
    const shade = context.createRadialGradient(0, 0, 0, 0, 0, radius);
    shade.addColorStop(0, `rgba(0,0,0,${alpha})`);
    shade.addColorStop(0.5, `rgba(0,0,0,${alpha * 0.5})`);
    shade.addColorStop(1, 'rgba(0,0,0,0)');
    context.fillStyle = shade;
    context.fillRect(-radius, -radius, radius * 2, radius * 2);
    context.restore();
  }
  const ball = createCanvas(side, side);
  ball.getContext('2d').putImageData(new ImageData(shadeBall(radius, side, colour), side, side), 0, 0);
  context.drawImage(ball, margin, 0);
  return { bitmap: readBack(canvas), anchorX: middle, anchorY: base };
}

/** Colour fades towards white light, or the brightest spot would leave sRGB and turn flat. */
const pale = (L: number) => 1 - 0.75 * Math.max(0, (L - 0.7) / 0.3);

/** A matte ball in soft light from the upper left, with light thrown back from the floor. */
function shadeBall(radius: number, side: number, colour: Oklab): Uint8ClampedArray {
  const data = new Uint8ClampedArray(side * side * 4);
  for (let y = 0, at = 0; y < side; y++)
    for (let x = 0; x < side; x++, at += 4) {
      const nx = (x + 0.5 - radius) / radius;
      const ny = (y + 0.5 - radius) / radius;
      const from = Math.sqrt(nx * nx + ny * ny);
      const cover = Math.min(1, Math.max(0, (1 - from) * radius + 0.5));
      if (cover === 0) continue;
      const nz = Math.sqrt(Math.max(0, 1 - from * from));
      const facing = nx * -0.45 + ny * -0.62 + nz * 0.64;
      const wrapped = Math.max(0, (facing + 0.45) / 1.45) ** 1.3;
      const bounce = Math.max(0, ny) ** 2 * 0.07;
      const sheen = Math.max(0, nx * -0.3 + ny * -0.42 + nz * 0.86) ** 24 * 0.06;
      const L = colour.L * (0.42 + 0.68 * wrapped) + bounce + sheen;
      const [red, green, blue] = rgbOfOklab({
        L: Math.min(0.97, L),
        a: colour.a * pale(L),
        b: colour.b * pale(L),
      });
      data[at] = red;
      data[at + 1] = green;
      data[at + 2] = blue;
      data[at + 3] = cover * 255;
    }
  return data;
}
