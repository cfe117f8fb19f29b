import { smoothstep } from '../curves.ts';
import { createNoise, fractal, octavesFor } from '../noise.ts';
import { baseOf, dyed, type Surface, type SurfaceOptions } from './surface.ts';

/**
 * A polished slab: clouds, few bold veins that swell and thin out with a haze around them, and finer ones across.
 */
export function marble(options: SurfaceOptions): Surface {
  const { isLight } = baseOf(options);
  const body = dyed(
    isLight ? { L: 0.92, a: 0, b: 0.004 } : { L: 0.25, a: 0, b: 0 },
    options,
    isLight ? 0.2 : 0.35,
  );
  const veins = dyed(
    isLight ? { L: 0.62, a: 0.002, b: 0.006 } : { L: 0.76, a: 0.006, b: 0.02 },
    options,
    0.25,
  );
  const noise = createNoise(options.seed, 'marble');
  const bold = isLight ? 0.85 : 0.48;
  return {
    edge: 'line',
    reflects: 0.24,
    roughness: 0.5,
    coarseness: 1,
    row({ count, firstX, stepX, depth, footprint }, paint) {
      const warpOctaves = octavesFor(4, footprint * 0.9);
      const cloudOctaves = octavesFor(3, footprint * 0.7);
      for (let column = 0, x = firstX; column < count; column++, x += stepX) {
        // The slab lies aslant, or its veins would run along the picture's axes.
        const u = x * 0.8 - depth * 0.6 + 70;
        const v = x * 0.6 + depth * 0.8 + 70;
        const warp = fractal(noise, u * 0.9, v * 0.9, warpOctaves);
        const cloud = fractal(noise, u * 0.7 + warp + 40, v * 0.7 + 13, cloudOctaves);
        // Lines of equal height would close to rings. These run through the whole slab: what bends them grows more
        // slowly than they follow each other, all but the finest of it.
        const swerve = noise(u * 0.55 + 9, v * 0.55 + 30) - 0.5;
        const one = v * 0.62 + swerve * 0.85 + warp * 0.36;
        const other = (v * 0.5 - u * 0.87) * 1.05 + swerve + warp * 0.7;
        const line = Math.round(one);
        const own = noise(line * 17.3 + 0.5, u * 0.55);
        const offOne = (one - line) * 1.25;
        const width = 0.004 + 0.026 * own * own;
        const main = vein(offOne, width, footprint * 0.8) * smoothstep(0.18, 0.52, own);
        const halo = vein(offOne, 0.1 + own * 0.1, footprint) * 0.3 * smoothstep(0.35, 0.8, own);
        const branch = noise(Math.round(other) * 13.7 + 0.5, (u + v) * 0.8 + 9);
        const net =
          vein((other - Math.round(other)) * 0.8, 0.005, footprint * 0.8) *
          smoothstep(0.45, 0.8, branch) *
          0.55;
        const share = Math.min(0.9, bold * main + net + halo * bold + Math.max(0, cloud) * 0.12);
        paint.red[column] = body[0] + (veins[0] - body[0]) * share;
        paint.green[column] = body[1] + (veins[1] - body[1]) * share;
        paint.blue[column] = body[2] + (veins[2] - body[2]) * share;
      }
    },
  };
}

/** 1 in the middle of the vein; one thinner than the eye's `footprint` grows as wide as that, and fainter. */
function vein(off: number, width: number, footprint: number): number {
  const seen = Math.sqrt(width * width + footprint * footprint);
  const t = off / seen;
  return (width / seen) * Math.exp(-t * t);
}
