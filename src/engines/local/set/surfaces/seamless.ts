import { oklabOfHex } from '../../understand/oklab.ts';
import { lightOfOklab, mixLight } from '../linear-light.ts';
import { createNoise } from '../noise.ts';
import { rigOf } from '../rig.ts';
import { litWall } from '../wall-paint.ts';
import type { Surface, SurfaceOptions } from './surface.ts';

/** Paper or paint that rounds up into the wall. */
export function seamless(options: SurfaceOptions): Surface {
  const { set, wall, seed } = options;
  const colour = set.style === 'gradient' ? towardsAccent(options) : litWall(wall, set);
  const noise = createNoise(seed, 'paper');
  const isWall = set.style !== 'outdoors' && set.style !== 'night';
  return {
    edge: isWall ? 'cove' : 'line',
    reflects: 0.05,
    roughness: 1,
    coarseness: 2,
    row({ count, firstX, stepX, depth }, paint) {
      for (let column = 0, x = firstX; column < count; column++, x += stepX) {
        const uneven = 0.985 + 0.03 * noise(x * 1.7 + 60, depth * 1.1 + 60);
        paint.red[column] = colour[0] * uneven;
        paint.green[column] = colour[1] * uneven;
        paint.blue[column] = colour[2] * uneven;
      }
    },
  };
}

/** Where a wall of two colours reaches the floor it is mostly the second. */
function towardsAccent({ set, wall }: SurfaceOptions) {
  const from = oklabOfHex(wall);
  const to = oklabOfHex(set.accent);
  const mixed = lightOfOklab({
    L: from.L + (to.L - from.L) * 0.8,
    a: from.a + (to.a - from.a) * 0.8,
    b: from.b + (to.b - from.b) * 0.8,
  });
  return mixLight(mixed, [0.94, 0.94, 0.94], rigOf(set).lift * 0.75);
}
