import { createNoise, fractal, octavesFor } from '../noise.ts';
import { sideOf } from '../rig.ts';
import { baseOf, dyed, type Surface, type SurfaceOptions } from './surface.ts';

/** A thin sheet of water over a dark ground: it shows the wall, broken by long low waves and rings from the subject. */
export function water(options: SurfaceOptions): Surface {
  const { L, isLight } = baseOf(options);
  const body = dyed(
    { L: isLight ? 0.3 + L * 0.22 : 0.17, a: -0.004, b: -0.008 },
    options,
    isLight ? 0.75 : 0.5,
  );
  const noise = createNoise(options.seed, 'water');
  const side = sideOf(options.set);
  return {
    edge: 'line',
    reflects: 0.62,
    roughness: 0.12,
    coarseness: 4 / 3,
    row({ count, firstX, stepX, depth, footprint, stepDepth }, paint) {
      const waves = octavesFor(4, Math.max(footprint * 5, stepDepth * 3));
      const ahead = stepDepth + 0.012;
      let before = height(noise, firstX - stepX, depth, waves);
      for (let column = 0, x = firstX; column < count; column++, x += stepX) {
        const here = height(noise, x, depth, waves);
        const slope = (height(noise, x, depth + ahead, waves) - here) / ahead;
        const across = (here - before) / stepX;
        before = here;
        // A wave that leans to the camera mirrors what is higher on the wall.
        paint.bend[column] = slope * 0.42;
        const glint = Math.max(0, across * side * 0.5 + slope - 0.14);
        paint.relief[column] = 1 + Math.min(2.6, glint * glint * 55) + slope * 0.8;
        paint.polish[column] = 1 + slope * 0.8;
        paint.red[column] = body[0];
        paint.green[column] = body[1];
        paint.blue[column] = body[2];
      }
    },
  };
}

function height(noise: ReturnType<typeof createNoise>, x: number, depth: number, waves: number[]): number {
  const bent = noise(x * 0.8 + 15, depth * 0.8 + 15);
  const swell = fractal(noise, x * 1.5 + bent * 1.5 + 40, depth * 4 + bent * 2.4 + 40, waves) * 0.036;
  const from = Math.sqrt(x ** 2 + (depth * 1.02) ** 2);
  const rings = Math.sin(from * 34 - 2) * Math.exp(-from * 2.6) * 0.0045;
  return swell + rings;
}
