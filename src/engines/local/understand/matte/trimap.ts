import { distanceTo } from '../distance-inside.ts';
import { inProportion } from './in-proportion.ts';
import type { OffGround } from './off-ground.ts';
import { queueOf, spread } from './spread.ts';

/** What is known of a pixel before the outline is drawn. */
export const known = { open: 0, ground: 1, subject: 2 };

/** Pixels, in a photo of 1024, from the ground within which the outline is looked for. */
const reach = 30;
/** And how far it is looked for over smooth pixels: light that glass throws on the floor. */
const smoothReach = 70;
/** OKLab distance from the ground's line that no shadow has. */
const ownColour = 0.06;
const glare = 0.1;

export function trimapOf(options: {
  ground: Uint8Array;
  shaded: Uint8Array;
  refused: Uint8Array;
  smooth: Uint8Array;
  off: OffGround;
  width: number;
}): Uint8Array {
  const { ground, shaded, refused, smooth, off, width } = options;
  const height = ground.length / width;
  const near = inProportion(reach, width, height);
  const away = distanceTo(shaded, width, height, near + 1);
  const trimap = new Uint8Array(ground.length);
  for (let index = 0; index < trimap.length; index++) {
    if (ground[index] === 1) trimap[index] = known.ground;
    else if ((off.chroma[index] ?? 1) > ownColour || (off.lightness[index] ?? 1) > glare)
      trimap[index] = known.subject;
    else if ((away[index] ?? 0) > near && smooth[index] === 0 && refused[index] === 0)
      trimap[index] = known.subject;
  }
  return trimap;
}

/** The shaded ground with what runs on from it without an edge, for some way. */
export function smoothlyReached(options: {
  shaded: Uint8Array;
  off: OffGround;
  edges: Float32Array;
  width: number;
}): Uint8Array {
  const { shaded, off, edges, width } = options;
  const room = new Uint8Array(shaded.length);
  for (let index = 0; index < room.length; index++)
    if ((edges[index] ?? 1) < 0.008 && (off.chroma[index] ?? 1) < 0.04 && (off.lightness[index] ?? 0) > -0.3)
      room[index] = 1;
  const reached = shaded.slice();
  const steps = inProportion(smoothReach, width, shaded.length / width);
  spread({ ...queueOf(reached, width), ground: reached, width, room, least: 1, steps });
  return reached;
}
