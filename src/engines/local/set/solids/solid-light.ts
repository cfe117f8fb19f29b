import type { Light, StudioSet } from '../../../../domain/storyboard.ts';
import type { Light3 } from '../linear-light.ts';
import { neonLamps, rigOf, sideOf } from '../rig.ts';

/** The light on solid bodies: a key from one direction, what comes from everywhere, and lamps of a second colour. */
export interface SolidLight {
  /** Towards the key light, of length 1. */
  x: number;
  y: number;
  z: number;
  key: Light3;
  ambient: Light3;
  /** How sharp the shadow's edge is: 3 is a large softbox, 16 the low sun. */
  hardness: number;
  /** From the right side for `side` 1; both shine along x. */
  lamps?: { near: Light3; far: Light3; side: number };
  /** How dark the floor becomes where no light falls. */
  shade: number;
}

export function solidLight(set: StudioSet): SolidLight {
  const rig = rigOf(set);
  const side = sideOf(set);
  const { across, up, front, hardness } = directions[set.light];
  const length = Math.hypot(across, up, front);
  const level = (rig.floor.even + rig.floor.pool) * 1.12;
  const lamps = set.light === 'neon' ? { ...neonLamps(set), side } : undefined;
  return {
    x: (side * across) / length,
    y: up / length,
    z: -front / length,
    key: [rig.tint[0] * level, rig.tint[1] * level, rig.tint[2] * level],
    ambient: rig.ambient,
    hardness,
    shade: Math.min(0.86, rig.shadow.cast + 0.2),
    ...(lamps === undefined ? {} : { lamps }),
  };
}

const directions: Record<Light, { across: number; up: number; front: number; hardness: number }> = {
  soft: { across: 0.62, up: 0.78, front: 0.42, hardness: 4 },
  bright: { across: 0.5, up: 0.85, front: 0.5, hardness: 6 },
  dramatic: { across: 0.85, up: 0.6, front: 0.05, hardness: 8 },
  golden_hour: { across: 0.92, up: 0.46, front: -0.1, hardness: 11 },
  neon: { across: 0.2, up: 0.9, front: 0.1, hardness: 4 },
  high_key: { across: 0.4, up: 0.9, front: 0.5, hardness: 3 },
  low_key: { across: 0.8, up: 0.65, front: 0, hardness: 7 },
  moonlight: { across: 0.75, up: 0.65, front: 0.05, hardness: 9 },
};
