import type { StudioSet } from '../../../domain/storyboard.ts';
import { oklabOfHex } from '../understand/oklab.ts';
import { byteOfLight, type Light3, lightOfOklab } from './linear-light.ts';
import { rigOf } from './rig.ts';

/** Shade is not black: the wall's hue fills it, and a little of the lamp's. */
export function shadeLight(set: StudioSet): Light3 {
  const { a, b } = oklabOfHex(set.wall);
  const [red, green, blue] = lightOfOklab({ L: 0.14, a: a * 0.35, b: b * 0.35 });
  const { tint } = rigOf(set);
  return [red * tint[0] ** 2, green * tint[1] ** 2, blue * tint[2] ** 2];
}

export function shadeBytes(set: StudioSet): [red: number, green: number, blue: number] {
  const [red, green, blue] = shadeLight(set);
  return [byteOfLight(red), byteOfLight(green), byteOfLight(blue)];
}
