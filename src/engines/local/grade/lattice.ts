import { oklabOfRgb, rgbOfOklab } from '../understand/oklab.ts';
import type { Grade } from './grade.ts';
import { gradeColour } from './grade-colour.ts';

/** Nodes along each axis. */
const steps = 33;
const last = steps - 1;
/** Levels between two nodes: they lie at 0, 8, ... 256, so that a colour lies a whole number of levels past one. */
const nodeLevels = 8;
const redStride = steps * steps * 3;
const greenStride = steps * 3;
const blueStride = 3;

/** Graded colours on a lattice over RGB: three levels (0 to 255, not rounded) per node, blue fastest. */
export type Lattice = Float32Array;

export function latticeOf(grade: Grade): Lattice {
  const lattice = new Float32Array(steps ** 3 * 3);
  const at = (step: number) => Math.min(255, step * nodeLevels);
  let node = 0;
  for (let red = 0; red < steps; red++)
    for (let green = 0; green < steps; green++)
      for (let blue = 0; blue < steps; blue++) {
        lattice.set(rgbOfOklab(gradeColour(grade, oklabOfRgb(at(red), at(green), at(blue)))), node);
        node += 3;
      }
  for (const stride of [redStride, greenStride, blueStride]) extendTo256(lattice, stride);
  return lattice;
}

/**
 * The graded colour between the nodes, into `out`. Tetrahedral interpolation (Kasson, Nin, Plouffe and Hafner, 1995):
 * of the cube around a colour only the four corners count on the way from its darkest to its lightest that passes it.
 * Unlike interpolation over all eight it keeps greys on the straight line between grey nodes.
 */
export function latticeAt(
  lattice: Lattice,
  { red, green, blue, out }: { red: number; green: number; blue: number; out: Float64Array },
): void {
  const redStep = Math.floor(red / nodeLevels);
  const greenStep = Math.floor(green / nodeLevels);
  const blueStep = Math.floor(blue / nodeLevels);
  const node = redStep * redStride + greenStep * greenStride + blueStep * blueStride;
  const r = red / nodeLevels - redStep;
  const g = green / nodeLevels - greenStep;
  const b = blue / nodeLevels - blueStep;
  const most = Math.max(r, g, b);
  const least = Math.min(r, g, b);
  const middle = r + g + b - most - least;
  const first = most === r ? redStride : most === g ? greenStride : blueStride;
  const third = least === b ? blueStride : least === g ? greenStride : redStride;
  const one = node + first;
  const all = node + redStride + greenStride + blueStride;
  const two = all - third;
  for (let channel = 0; channel < 3; channel++)
    out[channel] =
      (1 - most) * (lattice[node + channel] as number) +
      (most - middle) * (lattice[one + channel] as number) +
      (middle - least) * (lattice[two + channel] as number) +
      least * (lattice[all + channel] as number);
}

/** The last nodes of an axis were worked out at 255: moves them to 256, along the line through the nodes before. */
function extendTo256(lattice: Lattice, stride: number): void {
  for (let node = 0; node < lattice.length; node++) {
    if (Math.floor(node / stride) % steps !== last) continue;
    const before = lattice[node - stride] as number;
    lattice[node] = before + (((lattice[node] as number) - before) * 8) / 7;
  }
}
