import { baseOf, dyed, type Surface, type SurfaceOptions } from './surface.ts';

/** A sheet of acrylic, white before light walls and black before dark ones, in the wall's hue. */
export function glossy(options: SurfaceOptions): Surface {
  const { L, isLight } = baseOf(options);
  const colour = dyed(
    { L: isLight ? Math.min(0.93, L * 0.97) : 0.2, a: 0, b: 0 },
    options,
    isLight ? 0.85 : 0.5,
  );
  return {
    edge: 'line',
    reflects: isLight ? 0.42 : 0.55,
    roughness: 0.25,
    coarseness: 2,
    row({ count }, paint) {
      paint.red.fill(colour[0], 0, count);
      paint.green.fill(colour[1], 0, count);
      paint.blue.fill(colour[2], 0, count);
    },
  };
}
