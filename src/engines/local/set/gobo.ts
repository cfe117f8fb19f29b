import { createCanvas } from '@napi-rs/canvas';
import type { StudioSet } from '../../../domain/storyboard.ts';
import { seededRandom } from '../random.ts';
import { blurPlane } from '../understand/blur.ts';
import { clamp01, smoothstep } from './curves.ts';
import { enlarged } from './enlarge.ts';
import type { SetGeometry } from './geometry.ts';
import { sideOf } from './rig.ts';
import type { PlateRoom } from './wall-plate.ts';

/** Where light falls through a window or between leaves onto the wall: 0 to 1 for each pixel of the plate. */
export function goboMask(options: {
  set: StudioSet;
  geometry: SetGeometry;
  seed: number;
  kind: 'window' | 'leaves';
  room: PlateRoom;
}): Float32Array {
  const { geometry, kind, room, set } = options;
  const window = windowLight(geometry, sideOf(set));
  const shade = kind === 'leaves' ? leafShade(options) : undefined;
  const mask = new Float32Array(room.width * room.height);
  for (let row = 0, index = 0; row < room.height; row++) {
    const y = (room.top + (row + 0.5) * room.scale - geometry.seamY) / geometry.short;
    for (let column = 0; column < room.width; column++, index++) {
      const x = (room.left + (column + 0.5) * room.scale - geometry.standX) / geometry.short;
      mask[index] = window(x, y) * (1 - 0.82 * (shade?.[index] ?? 0));
    }
  }
  return mask;
}

/**
 * Sunlight through a window of two by three panes, thrown aslant over the wall: the sharper, the nearer to the
 * lamp's side. Places are in short sides from the foot of the wall behind the subject, y down.
 */
function windowLight(geometry: SetGeometry, side: number): (x: number, y: number) => number {
  const up = geometry.seamY / geometry.short;
  const high = up * 0.98;
  const wide = Math.min(0.62, (geometry.width / geometry.short) * 0.42);
  return (x, y) => {
    // Away from the lamp the light sinks; u runs from the lamp's side, v from above.
    const along = x * -side;
    const u = (along + wide * 0.52) / wide;
    const v = (y + up * 1.0 - along * 0.42) / high;
    const soft = 0.012 + 0.03 * clamp01(u * 0.6 + 0.2) + 0.022 * clamp01(v);
    return pane(u, 2, soft / wide, 0.035) * pane(v, 3, soft / high, 0.024);
  };
}

/** How much of the light passes at `at` of 0 to 1, past `count` panes with bars between them. */
function pane(at: number, count: number, soft: number, bar: number): number {
  const whole = smoothstep(-soft, soft, at) * smoothstep(1 + soft, 1 - soft, at);
  if (whole === 0) return 0;
  const cell = at * count;
  const fromBar = Math.abs(cell - Math.round(cell)) / count;
  const isBar = Math.round(cell) > 0 && Math.round(cell) < count;
  if (!isBar) return whole;
  const hides = Math.min(1, bar / (soft * 1.6));
  return whole * (1 - hides * (1 - smoothstep(bar * 0.5 - soft, bar * 0.5 + soft, fromBar)));
}

/** Branches before the window, so far from the wall that their shade is soft. */
function leafShade(options: {
  set: StudioSet;
  geometry: SetGeometry;
  seed: number;
  room: PlateRoom;
}): Float32Array {
  const { geometry, room, seed, set } = options;
  const coarse = 3;
  const width = Math.ceil(room.width / coarse);
  const height = Math.ceil(room.height / coarse);
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  const unit = geometry.short / room.scale / coarse;
  context.fillStyle = '#fff';
  context.strokeStyle = '#fff';
  context.lineCap = 'round';
  const random = seededRandom(seed, 'leaves');
  const side = sideOf(set);
  for (let branch = 0; branch < 4; branch++) {
    let x = width / 2 + side * unit * (0.75 - random() * 0.25);
    let y = (geometry.seamY - room.top) / room.scale / coarse - unit * (0.05 + branch * 0.2 + random() * 0.1);
    let angle = side > 0 ? Math.PI - 0.3 + random() * 0.9 : 0.3 - random() * 0.9;
    for (let twig = 0; twig < 15; twig++) {
      const step = unit * 0.062;
      const toX = x + Math.cos(angle) * step;
      const toY = y + Math.sin(angle) * step;
      context.lineWidth = unit * 0.008 * (1.3 - twig / 15);
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(toX, toY);
      context.stroke();
      for (const turn of [0.9, -0.9]) {
        const size = unit * (0.075 + random() * 0.05);
        context.save();
        context.translate(toX, toY);
        context.rotate(angle + turn + (random() - 0.5) * 0.7);
        context.beginPath();
        context.moveTo(0, 0);
        context.quadraticCurveTo(size * 0.5, size * 0.3, size, 0);
        context.quadraticCurveTo(size * 0.5, -size * 0.3, 0, 0);
        context.fill();
        context.restore();
      }
      x = toX;
      y = toY;
      angle += (random() - 0.5) * 0.34;
    }
  }
  const { data } = context.getImageData(0, 0, width, height);
  const plane = Float32Array.from({ length: width * height }, (_, index) => (data[index * 4 + 3] ?? 0) / 255);
  const sigma = unit * 0.011 + 0.8;
  return enlarged(blurPlane(plane, width, height, { x: sigma, y: sigma }), { width, height }, room, coarse);
}
