import type { StudioSet } from '../../../../domain/storyboard.ts';
import { type Oklab, oklabOfHex } from '../../understand/oklab.ts';
import { type Light3, lightOfOklab, mixLight } from '../linear-light.ts';
import { rigOf } from '../rig.ts';

/** One row of the floor plate; all lengths in short sides on the ground. */
export interface FloorRow {
  count: number;
  /** Of the first pixel's middle, across from the subject; and from pixel to pixel. */
  firstX: number;
  stepX: number;
  /** Behind the subject. */
  depth: number;
  /** What one row covers of the depth. */
  stepDepth: number;
  /** The smallest thing worth drawing here, for the eye and for the lens. */
  footprint: number;
}

/** What a surface answers for each pixel of a row; the fields are used again for the next row. */
export interface RowPaint {
  red: Float32Array;
  green: Float32Array;
  blue: Float32Array;
  /** Brighter than 1 where it leans towards the light. */
  relief: Float32Array;
  /** How far a reflection is thrown up or down, in short sides of the picture. */
  bend: Float32Array;
  /** Share of `reflects` that is given back here. */
  polish: Float32Array;
}

export interface Surface {
  /** How it meets the wall: it becomes the wall, ends in a line, or in a soft one. */
  edge: 'cove' | 'line' | 'soft';
  /** Of the light that grazes it, how much it gives back as a mirror would, and how blurred: 0 to 1. */
  reflects: number;
  roughness: number;
  /** Frame pixels per pixel: above 1 for what has no fine detail. */
  coarseness: number;
  row(row: FloorRow, paint: RowPaint): void;
}

export interface SurfaceOptions {
  set: StudioSet;
  wall: string;
  seed: number;
  /** Pixels of the frame's short side. */
  short: number;
}

/** The wall's colour as OKLab, and whether the set as a whole is a light one. */
export function baseOf({ wall }: Pick<SurfaceOptions, 'wall'>): Oklab & { isLight: boolean } {
  const base = oklabOfHex(wall);
  return { ...base, isLight: base.L > 0.52 };
}

/** A colour of the material's own, leaning to the wall's hue, as far bleached as the light wants it. */
export function dyed(own: Oklab, { set, wall }: SurfaceOptions, lean: number): Light3 {
  const base = oklabOfHex(wall);
  const colour = lightOfOklab({ L: own.L, a: own.a + base.a * lean, b: own.b + base.b * lean });
  return mixLight(colour, [0.88, 0.88, 0.875], rigOf(set).lift * 0.75);
}
