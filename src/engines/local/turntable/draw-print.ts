import { smoothstep } from '../set/curves.ts';
import type { PrintLayer } from './lift-print.ts';
import type { Body } from './unroll.ts';

/** Print lifted off two views, or off the only one that shows it, and how it turns from one to the other. */
export interface Print {
  /** See `TurnedPrint`. */
  angle: number;
  tilt: number;
  from?: PrintLayer;
  to?: PrintLayer;
  /** Of each view, whether or not it shows print. */
  bodies: { from: Body; to: Body };
}

/** Below this cosine of its angle a mark is seen too much from the side to be read off a photo. */
const edgeOn = 0.12;
const clear = 0.3;
/** Half the share of the way in which one photo's print changes over to the other's: they lie on each other. */
const change = 0.15;

/**
 * Lays print over a picture between two views, `amount` (0 to 1) of the way, turned round the body by its share of the
 * angle. `pixels` is RGBA of the size of the views, premultiplied or straight.
 */
export function drawPrint(
  { angle, tilt, from, to, bodies }: Print,
  amount: number,
  { pixels, width, alpha }: { pixels: Uint8Array; width: number; alpha: 'premultiplied' | 'straight' },
): void {
  const later = smoothstep(0.5 - change, 0.5 + change, amount);
  const layers = [from, to].filter((layer) => layer !== undefined);
  const slack = Math.ceil(tilt * Math.max(...bodies.from.radius));
  const top = Math.max(0, Math.min(...layers.map((layer) => layer.top)) - slack);
  const bottom = Math.max(...layers.map((layer) => layer.top + layer.height)) + slack;
  const found = new Float64Array(3);
  for (let y = top; y < Math.min(bottom, bodies.from.radius.length); y++) {
    const centre = between(bodies.from.centre[y] ?? 0, bodies.to.centre[y] ?? 0, amount);
    const radius = between(bodies.from.radius[y] ?? 0, bodies.to.radius[y] ?? 0, amount);
    if (radius < 1) continue;
    for (let x = Math.max(0, Math.ceil(centre - radius)); x <= Math.min(width - 1, centre + radius); x++) {
      const own = Math.asin(Math.max(-1, Math.min(1, (x - centre) / radius)));
      const [first, second] = [own - amount * angle, own + (1 - amount) * angle];
      const share = sharesOf({ from, to, later }, seen(first), seen(second));
      const upper = y - tilt * radius * Math.cos(own);
      found.fill(0);
      addInk(from, bodies.from, first, upper + tilt * radius * Math.cos(first), share.from, found);
      addInk(to, bodies.to, second, upper + tilt * radius * Math.cos(second), share.to, found);
      const at = (y * width + x) * 4;
      const white = alpha === 'straight' ? 255 : (pixels[at + 3] ?? 0);
      for (let n = 0; n < 3; n++) {
        const ink = found[n] ?? 0;
        const under = pixels[at + n] ?? 0;
        if (ink !== 0) pixels[at + n] = Math.round(under + ink * (ink < 0 ? under : white - under));
      }
    }
  }
}

/** What each photo has to say of a place: together all where both show it, less of what is seen edge-on where one does. */
function sharesOf(
  { from, to, later }: { from: PrintLayer | undefined; to: PrintLayer | undefined; later: number },
  first: number,
  second: number,
): { from: number; to: number } {
  if (from === undefined) return { from: 0, to: second };
  if (to === undefined) return { from: first, to: 0 };
  const [own, other] = [(1 - later) * (first + 1e-3), later * (second + 1e-3)];
  return { from: own / (own + other), to: other / (own + other) };
}

/** 0 for what is seen edge-on, 1 for what is seen well. */
const seen = (angle: number) => smoothstep(edgeOn, clear, Math.cos(angle));

/** Adds a share of the ink that stands at an angle in a layer's own row. */
function addInk(
  layer: PrintLayer | undefined,
  { centre, radius }: Body,
  angle: number,
  y: number,
  share: number,
  found: Float64Array,
): void {
  if (layer === undefined || share < 0.002 || Math.abs(angle) > Math.PI / 2) return;
  const { left, top, width, height, ink } = layer;
  const row = Math.min(centre.length - 1, Math.max(0, Math.round(y)));
  const x = (centre[row] ?? 0) + (radius[row] ?? 0) * Math.sin(angle) - left;
  const v = y - top;
  if (x <= -1 || v <= -1 || x >= width || v >= height) return;
  const [column, line] = [Math.floor(x), Math.floor(v)];
  const [right, down] = [x - column, v - line];
  for (let corner = 0; corner < 4; corner++) {
    const [i, j] = [column + (corner & 1), line + (corner >> 1)];
    if (i < 0 || j < 0 || i >= width || j >= height) continue;
    const weight = (corner & 1 ? right : 1 - right) * (corner & 2 ? down : 1 - down) * (share / 32767);
    for (let n = 0; n < 3; n++) found[n] = (found[n] ?? 0) + weight * (ink[(j * width + i) * 3 + n] ?? 0);
  }
}

const between = (one: number, other: number, share: number) => one + (other - one) * share;
