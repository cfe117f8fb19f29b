import { createNoise, fractal, octavesFor } from '../noise.ts';
import { baseOf, dyed, type Surface, type SurfaceOptions } from './surface.ts';

/** Honed stone or cast concrete: clouds, a fine grain and here and there a pore. */
export function stone(options: SurfaceOptions): Surface {
  const { L } = baseOf(options);
  const body = dyed({ L: Math.min(0.8, 0.12 + L * 0.76), a: 0.001, b: 0.006 }, options, 0.4);
  const noise = createNoise(options.seed, 'stone');
  return {
    edge: 'line',
    reflects: 0.1,
    roughness: 1,
    coarseness: 1,
    row({ count, firstX, stepX, depth, footprint }, paint) {
      const clouds = octavesFor(5, footprint * 1.1);
      const grains = octavesFor(2, footprint * 60);
      const seesPores = Math.min(1, 0.035 / footprint) * Math.min(1, 0.03 / footprint);
      for (let column = 0, x = firstX; column < count; column++, x += stepX) {
        const cloud = fractal(noise, x * 0.9 + 50, depth * 0.9 + 50, clouds);
        const stain = noise(x * 0.5 + cloud * 1.4 + 20, depth * 0.5 + 80) - 0.5;
        const grain = fractal(noise, x * 60, depth * 60, grains);
        const pore = Math.max(0, noise(x * 34 + 7, depth * 34 + 7) - 0.86) * 5 * seesPores;
        const level = 1 + 0.3 * cloud + 0.2 * stain + 0.1 * grain - 0.3 * pore;
        paint.red[column] = body[0] * level;
        paint.green[column] = body[1] * level;
        paint.blue[column] = body[2] * level;
        paint.polish[column] = 1 - pore;
      }
    },
  };
}
