import type { StudioSet } from '../../../domain/storyboard.ts';
import type { SetGeometry } from './geometry.ts';
import { reach } from './ground.ts';
import { mirrorStrength } from './mirror.ts';
import type { Stand } from './plates.ts';
import { shadeLight } from './shade-colour.ts';
import { renderSolids } from './solids/render-solids.ts';
import { block, cylinder } from './solids/shapes.ts';
import { solidLight } from './solids/solid-light.ts';
import { litWall } from './wall-paint.ts';

const detail = 1.2;

/** A plinth for a product of the given width, with its shadow on the floor; the product stands on its top's middle. */
export function drawStand(options: {
  kind: 'round' | 'block';
  colour: string;
  geometry: SetGeometry;
  /** In frame pixels. */
  productWidthPx: number;
  set: StudioSet;
  seed: number;
}): Stand {
  const { kind, colour, geometry, productWidthPx, set, seed } = options;
  const { short, standY, eyeY } = geometry;
  const half = Math.min(0.46, Math.max(0.13, (productWidthPx / short) * 0.5 + 0.05));
  const high = kind === 'round' ? 0.085 : 0.11;
  const at = { x: 0, z: 0, colour: litWall(colour, set) };
  const solid =
    kind === 'round'
      ? cylinder(at, half, high)
      : block(at, { wide: half * 2, high, deep: Math.min(half * 1.5, 0.5) });
  const drawn = renderSolids({
    solids: [solid],
    others: [],
    behind: [],
    geometry,
    light: solidLight(set),
    foot: { x: 0, z: 0 },
    detail,
    mirror: mirrorStrength(set.surface),
    shadeColour: shadeLight(set),
    seed,
  });
  // The lowest row of a photo is the front of the product's foot, which stands before the middle of the top.
  const topEllipse = ((standY - eyeY - high * short) * half) / reach;
  return { ...drawn, topY: (high * short - topEllipse * 0.3) * detail, detail };
}
