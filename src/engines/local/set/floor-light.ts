import type { StudioSet } from '../../../domain/storyboard.ts';
import { clamp01, smoothstep } from './curves.ts';
import type { Light3 } from './linear-light.ts';
import { createNoise } from './noise.ts';
import { goboOf, neonLamps, rigOf, sideOf } from './rig.ts';

/** The light on the ground; `at` leaves its answer in the fields. Lengths in short sides on the ground. */
export interface FloorLight {
  red: number;
  green: number;
  blue: number;
  /** `depth` is behind the subject. Call `row` first for each depth. */
  row(depth: number): void;
  at(x: number): void;
}

export function floorLight(options: { set: StudioSet; seed: number }): FloorLight {
  const { set, seed } = options;
  const rig = rigOf(set);
  const side = sideOf(set);
  const { tint, ambient, floor } = rig;
  const lamps: { near: Light3; far: Light3 } | undefined = set.light === 'neon' ? neonLamps(set) : undefined;
  const kind = goboOf(set);
  const leaves = createNoise(seed, 'dapple');
  // Where there is much light already, the beam may not burn the floor out.
  const besideBeam = 0.74;
  const room = 1.18 - ambient[1] - (floor.even + floor.pool) * besideBeam;
  const beamLevel = Math.min(room, 0.22 + floor.even * 0.6);
  let depth = 0;
  let even = 0;
  let pool = 0;
  let neon = 0;
  const light: FloorLight = {
    red: 0,
    green: 0,
    blue: 0,
    row(at) {
      depth = at;
      // The front of the table lies outside of the light.
      const front = 1 - 0.42 * smoothstep(0, 1.7, -at);
      even = floor.even * front;
      pool = floor.pool * Math.exp(-(((at - 0.08) / (floor.reach * 1.35)) ** 2));
      neon = Math.exp(-(((at - 0.9) / 1.9) ** 2));
    },
    at(x) {
      const towards = x * side;
      const offX = (towards - 0.1) / floor.reach;
      const fall = 1 + rig.wall.fall * Math.max(-1.6, Math.min(1.6, towards)) * 0.8;
      let key = (even + pool * Math.exp(-offX * offX)) * fall;
      if (kind !== 'none') {
        const beam = beamAt(towards, depth);
        const dapple =
          kind === 'leaves' ? 0.35 + 0.65 * smoothstep(0.3, 0.62, leaves(x * 2.6 + 20, depth * 1.7 + 20)) : 1;
        key = key * besideBeam + beamLevel * beam * dapple;
      }
      light.red = ambient[0] + tint[0] * key;
      light.green = ambient[1] + tint[1] * key;
      light.blue = ambient[2] + tint[2] * key;
      if (lamps === undefined) return;
      const near = 0.75 * neon * Math.exp(-(((towards - 1.15) / 0.95) ** 2));
      const far = 0.6 * neon * Math.exp(-(((towards + 1.15) / 0.95) ** 2));
      light.red += lamps.near[0] * near + lamps.far[0] * far;
      light.green += lamps.near[1] * near + lamps.far[1] * far;
      light.blue += lamps.near[2] * near + lamps.far[2] * far;
    },
  };
  return light;
}

/** The light of a tall window on the ground: two long panes aslant, the sharper the nearer to the window. */
function beamAt(towards: number, depth: number): number {
  const across = depth * 0.55 + towards * 0.62 + 0.32;
  const soft = 0.05 + 0.05 * clamp01(0.6 - towards * 0.3);
  const whole = smoothstep(-soft, soft, across) * smoothstep(0.98 + soft, 0.98 - soft, across);
  const bar = 0.7 * (1 - smoothstep(0.012, 0.02 + soft, Math.abs(across - 0.49)));
  return whole * (1 - bar);
}
