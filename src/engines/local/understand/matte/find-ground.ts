import { type Background, refitBackground } from '../background.ts';
import type { OklabPlanes } from '../oklab.ts';
import { joinCorners } from './corners.ts';
import { floodGround, groundOnRim } from './flood.ts';
import { groundField } from './ground-field.ts';
import { type GroundLike, litGround, litLike, roughlyLike } from './ground-like.ts';
import { groundRegions } from './ground-regions.ts';
import { inProportion } from './in-proportion.ts';
import { groundNoise, type Noise } from './noise.ts';
import { type OffGround, offGround } from './off-ground.ts';
import { withShade } from './shade.ts';

export interface FoundGround {
  off: OffGround;
  noise: Noise;
  like: GroundLike;
  /** Lit ground beyond doubt, and the same with the shadows that run out of it. */
  ground: Uint8Array;
  shaded: Uint8Array;
  /** What is lit like ground but is not it. */
  refused: Uint8Array;
}

/** Half the width of the first flood's front, in pixels of a photo of 1024. */
const front = 10;
/** How much darker than lit ground an even area may be and still be compared with it. */
const softShade = 0.2;

/** Measures the ground twice, first from the rim and then from all that was reached, and sorts what looks like it. */
export function findGround(options: {
  planes: OklabPlanes;
  edges: Float32Array;
  limit: number;
  rough: Background;
}): FoundGround {
  const { planes, edges, limit, rough } = options;
  const { width, height } = planes;
  const roughOff = offGround(planes, groundField(planes, new Uint8Array(edges.length), rough));
  const reached = groundOnRim({ off: roughOff, edges, limit, width });
  const first = roughlyLike(groundNoise(roughOff, edges, reached));
  const passable = litGround({ off: roughOff, edges, limit, like: first });
  const radius = inProportion(front, width, height);
  floodGround({ ground: reached, passable, width, radius });
  let off = measured(planes, reached, rough);
  if (joinCorners({ reached, off, edges, limit, width, radius })) off = measured(planes, reached, rough);
  const noise = groundNoise(off, edges, reached);
  const like = litLike(noise);
  const lit = litGround({ off, edges, limit, like: { ...like, darker: softShade } });
  const { ground, refused } = groundRegions({ lit, off, edges, noise, width });
  const shaded = withShade({ ground, refused, off, edges, like, width });
  return { off, noise, like, ground, shaded, refused };
}

const measured = (planes: OklabPlanes, reached: Uint8Array, rough: Background) =>
  offGround(planes, groundField(planes, reached, refitBackground(planes, reached, rough.plainness)));
