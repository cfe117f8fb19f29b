import { oklabOfHex } from '../../understand/oklab.ts';
import { createNoise, fractal, octavesFor } from '../noise.ts';
import { sideOf } from '../rig.ts';
import { dyed, type Surface, type SurfaceOptions } from './surface.ts';

/** Cloth laid in soft folds that run aslant; flat where the subject stands. */
export function fabric(options: SurfaceOptions): Surface {
  const wall = oklabOfHex(options.wall);
  const accent = oklabOfHex(options.set.accent);
  const own = {
    L: wall.L > 0.5 ? Math.min(0.88, wall.L * 0.96) : wall.L * 1.06 + 0.03,
    a: wall.a * 0.5 + accent.a * 0.35,
    b: wall.b * 0.5 + accent.b * 0.35,
  };
  const colour = dyed(own, options, 0);
  const noise = createNoise(options.seed, 'fabric');
  const side = sideOf(options.set);
  return {
    edge: 'soft',
    reflects: 0.03,
    roughness: 1,
    coarseness: 4 / 3,
    row({ count, firstX, stepX, depth, stepDepth, footprint }, paint) {
      const creases = octavesFor(3, footprint * 4);
      const ahead = stepDepth * 0.5 + 0.02;
      const weave = 0.05 * Math.min(1, 0.009 / footprint);
      let before = height(noise, firstX - stepX, depth, creases);
      for (let column = 0, x = firstX; column < count; column++, x += stepX) {
        const here = height(noise, x, depth, creases);
        const back = (height(noise, x, depth + ahead, creases) - here) / ahead;
        const across = (here - before) / stepX;
        before = here;
        const thread = (noise(x * 260, depth * 70) + noise(x * 70, depth * 260) - 1) * weave;
        // Lit from the lamp's side and from above; the valleys lie in each other's shade.
        const lean = (-across * side * 0.72 + back * 0.4) * 0.8;
        paint.relief[column] = Math.max(0.35, 1 + lean * (lean > 0 ? 0.62 : 1) + here * 1.5) * (1 + thread);
        paint.red[column] = colour[0];
        paint.green[column] = colour[1];
        paint.blue[column] = colour[2];
      }
    },
  };
}

function height(noise: ReturnType<typeof createNoise>, x: number, depth: number, creases: number[]): number {
  const bend = noise(x * 0.55 + 25, depth * 0.45 + 25);
  const across = x * 0.93 + depth * 0.3 + bend * 1.7;
  const along = depth * 0.5 - x * 0.16;
  const fold = noise(across * 2.1 + 30, along * 0.55 + 30);
  // A rounded crest: cloth has no edge.
  const ridge = 1.1 - Math.sqrt((2 * fold - 1) ** 2 + 0.02);
  const soft = ridge * ridge * 0.15;
  const small = fractal(noise, across * 5 + 70, along * 2.2 + 70, creases) * 0.018;
  // The stylist smooths the cloth under the product.
  const from = Math.sqrt((x * 1.1) ** 2 + (depth * 0.8) ** 2);
  const laid = 1 - Math.exp(-((from / 0.55) ** 4));
  return (soft + small) * (0.12 + 0.88 * laid);
}
