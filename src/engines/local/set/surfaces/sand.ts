import { createNoise, fractal, octavesFor } from '../noise.ts';
import { sideOf } from '../rig.ts';
import { baseOf, dyed, type Surface, type SurfaceOptions } from './surface.ts';

/** Fine sand in low dunes, with the ripples that wind leaves. */
export function sand(options: SurfaceOptions): Surface {
  const { L, isLight } = baseOf(options);
  const own = { L: isLight ? 0.66 + L * 0.18 : 0.4 + L * 0.3, a: 0.012, b: 0.045 };
  const colour = dyed(own, options, 0.32);
  const noise = createNoise(options.seed, 'sand');
  const side = sideOf(options.set);
  return {
    edge: 'soft',
    reflects: 0.02,
    roughness: 1,
    coarseness: 4 / 3,
    row({ count, firstX, stepX, depth, stepDepth, footprint }, paint) {
      const dunes = octavesFor(3, footprint * 3);
      const ripples = Math.min(1, 0.05 / (stepDepth + 0.01));
      const grain = 0.16 * Math.min(1, 0.011 / footprint);
      const ahead = stepDepth * 0.5 + 0.012;
      let before = height(noise, firstX - stepX, depth, dunes, ripples);
      for (let column = 0, x = firstX; column < count; column++, x += stepX) {
        const here = height(noise, x, depth, dunes, ripples);
        const back = (height(noise, x, depth + ahead, dunes, ripples) - here) / ahead;
        const across = (here - before) / stepX;
        before = here;
        const lean = -across * side * 0.8 + back * 0.5;
        const speck =
          (noise(x * 190, depth * 75) - 0.5) * grain + (noise(x * 330 + 9, depth * 140) - 0.5) * grain;
        paint.relief[column] = Math.max(0.4, 1 + lean * 1.15 + here * 0.8) * (1 + speck);
        paint.red[column] = colour[0];
        paint.green[column] = colour[1];
        paint.blue[column] = colour[2];
      }
    },
  };
}

function height(
  noise: ReturnType<typeof createNoise>,
  x: number,
  depth: number,
  dunes: number[],
  ripples: number,
): number {
  const dune = fractal(noise, x * 0.75 + 35, depth * 0.6 + 35, dunes);
  const phase = depth * 7.5 + x * 1.4 + dune * 7 + noise(x * 1.6 + 5, depth * 1.6 + 5) * 2.2;
  const turn = phase - Math.floor(phase);
  // A ripple rises slowly before the wind and falls off behind.
  const ripple = turn < 0.68 ? turn / 0.68 : (1 - turn) / 0.32;
  const smooth = ripple * ripple * (3 - 2 * ripple);
  const where = Math.min(1, Math.max(0, noise(x * 0.9 + 71, depth * 0.9 + 71) * 2.2 - 0.5));
  const from = Math.sqrt(x ** 2 + depth ** 2);
  const calm = 1 - 0.75 * Math.exp(-((from / 0.4) ** 4));
  return dune * 0.16 + smooth * 0.011 * where * ripples * calm;
}
