import { smoothstep } from '../curves.ts';
import { createNoise, fractal, octavesFor } from '../noise.ts';
import { baseOf, dyed, type Surface, type SurfaceOptions } from './surface.ts';

const boardDepth = 0.52;
const boardLength = 3.1;

/** Oiled boards laid across the picture: oak before light walls, walnut before dark ones. */
export function wood(options: SurfaceOptions): Surface {
  const { isLight } = baseOf(options);
  const early = dyed(
    isLight ? { L: 0.72, a: 0.026, b: 0.068 } : { L: 0.43, a: 0.032, b: 0.046 },
    options,
    0.16,
  );
  const late = dyed(
    isLight ? { L: 0.54, a: 0.042, b: 0.076 } : { L: 0.27, a: 0.028, b: 0.034 },
    options,
    0.12,
  );
  const noise = createNoise(options.seed, 'wood');
  return {
    edge: 'line',
    reflects: 0.12,
    roughness: 0.8,
    coarseness: 1,
    row({ count, firstX, stepX, depth, stepDepth, footprint }, paint) {
      const board = Math.floor((depth + 0.21) / boardDepth);
      const within = (depth + 0.21) / boardDepth - board;
      const shift = noise(board * 7.3 + 11, 3.3) * 9 * boardLength;
      const gap = gapDepth(within * boardDepth, Math.max(0.006, stepDepth * 0.8));
      const bend = octavesFor(3, footprint);
      for (let column = 0, x = firstX; column < count; column++, x += stepX) {
        const along = (x + shift) / boardLength;
        const plank = Math.floor(along);
        const own = noise(plank * 5.7 + board * 3.1 + 100, board * 9.7 + 20);
        const u = x + plank * 13.7;
        const v = within * boardDepth + own * 31;
        const warp = fractal(noise, u * 0.42 + 30, v * 1.9 + 30, bend);
        // Rings of growth, cut along the trunk: long arches where they run out at the surface.
        const ring = (v * 9 + warp * 3.6) * 2.2;
        const phase = ring - Math.floor(ring);
        const sharp = Math.min(1, 0.055 / stepDepth);
        const band = smoothstep(0, 0.72, phase) * smoothstep(1, 0.86, phase) * sharp + 0.4 * (1 - sharp);
        const fibre = noise(u * 5, v * 150) - 0.5;
        const streak = noise(u * 1.1 + 9, v * 42) - 0.5;
        const pore = Math.max(0, noise(u * 9 + 50, v * 210 + 50) - 0.72) * 2.2;
        const share = 0.12 + 0.52 * band + 0.34 * fibre + 0.34 * streak + pore * 0.5;
        const tone = 0.86 + 0.3 * own;
        const end = Math.abs(along - Math.round(along)) * boardLength;
        const joint = 0.5 * smoothstep(0.004 + stepX, 0.002, end);
        const level = tone * (1 - 0.62 * gap) * (1 - joint);
        paint.red[column] = (early[0] + (late[0] - early[0]) * share) * level;
        paint.green[column] = (early[1] + (late[1] - early[1]) * share) * level;
        paint.blue[column] = (early[2] + (late[2] - early[2]) * share) * level;
        paint.polish[column] = (1 - gap) * (0.85 + 0.6 * fibre);
      }
    },
  };
}

/** How dark the gap between two boards is at a place from a board's front edge; fainter where rows are coarser. */
function gapDepth(from: number, soft: number): number {
  const off = Math.min(from, boardDepth - from);
  return Math.min(1, 0.007 / soft) * smoothstep(soft * 1.6, 0, off);
}
