import type { Bitmap } from '../../../media/media.ts';
import { fitBackground, refitBackground, surfaceAt } from './background.ts';
import { type Bleed, bleedOf, runsOverEdge } from './matte/bleed.ts';
import { shadowOf } from './matte/cast-shadow.ts';
import { confidenceOf } from './matte/confidence.ts';
import { edgeLimit, edgeStrength } from './matte/edges.ts';
import { floodGround, groundOnRim } from './matte/flood.ts';
import { clearFootShade } from './matte/foot-shade.ts';
import { openHoles } from './matte/holes.ts';
import { keepSubject } from './matte/keep-subject.ts';
import { offGround, shade } from './matte/off-ground.ts';
import { peelShade } from './matte/peel-shade.ts';
import { clearPockets } from './matte/pockets.ts';
import { oklabPlanes } from './oklab.ts';
import { type SoftEdge, softenEdge } from './soft-edge.ts';

/** A subject freed from its plain ground. */
export interface Matte extends SoftEdge {
  /** How much the subject darkens its ground around itself, 0 to 255 a pixel: the photo's own shadow. */
  shadow: Uint8Array;
  /** 0 to 1: how far this cut-out may be trusted. Below `trustworthy` a caller shows the photo instead. */
  confidence: number;
  /** How much of the rim is one even ground, 0 to 1, and how colourful that ground is (OKLab chroma). */
  plainness: number;
  groundChroma: number;
  bleed: Bleed;
}

export const trustworthy = 0.5;

/** Cuts the subject of a photo on a plain ground free. Always answers; see `confidence`. */
export function cutOut(photo: Bitmap): Matte {
  const { width, height } = photo;
  const planes = oklabPlanes(photo);
  const rough = fitBackground(planes);
  const edges = edgeStrength(planes);
  const limit = edgeLimit(edges, width, height);
  const roughOff = offGround(planes, rough);
  const ground = groundOnRim(roughOff, width);
  // A close-up shows no floor, and the dark parts it is cut through must not pass for shadow.
  const lit = { edges, width, limit, darkening: 0.1 };
  floodGround({ ...lit, ground, off: roughOff });
  const background = refitBackground(planes, ground, rough.plainness);
  const off = offGround(planes, background);
  const isCloseUp = runsOverEdge(bleedOf(keepSubject(ground, width), width, height));
  if (!isCloseUp) {
    const shaded = { ...lit, darkening: shade.darkening };
    floodGround({ ...shaded, ground, off });
    peelShade({ ground, off, edges, width, height });
    floodGround({ ...shaded, ground, off });
  }
  openHoles({ ground, off, edges, width });
  if (!isCloseUp) clearFootShade(ground, off, width);
  clearPockets(ground, off, width);
  const subject = keepSubject(ground, width);
  const soft = softenEdge(photo, subject);
  return {
    ...soft,
    shadow: shadowOf(soft.cutOut, off, width, height),
    bleed: bleedOf(subject, width, height),
    plainness: rough.plainness,
    groundChroma: Math.hypot(surfaceAt(rough.a, 0, 0), surfaceAt(rough.b, 0, 0)),
    confidence: confidenceOf({ subject, planes, background, box: soft.box }),
  };
}
