import type { Surface as SurfaceName } from '../../../../domain/storyboard.ts';
import { fabric } from './fabric.ts';
import { glossy } from './glossy.ts';
import { marble } from './marble.ts';
import { sand } from './sand.ts';
import { seamless } from './seamless.ts';
import { stone } from './stone.ts';
import type { Surface, SurfaceOptions } from './surface.ts';
import { water } from './water.ts';
import { wood } from './wood.ts';

const surfaces: Record<SurfaceName, (options: SurfaceOptions) => Surface> = {
  seamless,
  glossy,
  marble,
  wood,
  stone,
  water,
  fabric,
  sand,
};

export const surfaceOf = (options: SurfaceOptions): Surface => surfaces[options.set.surface](options);
