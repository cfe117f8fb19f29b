import type { Bitmap } from '../../../media/media.ts';
import { fitBackground, surfaceAt } from './background.ts';
import { type Bleed, bleedOf } from './matte/bleed.ts';
import { calmColour } from './matte/calm-colour.ts';
import { shadowOf } from './matte/cast-shadow.ts';
import { confidenceOf } from './matte/confidence.ts';
import { dropCrumbs } from './matte/drop-crumbs.ts';
import { edgeLimit, edgeStrength, smoothed } from './matte/edges.ts';
import { findGround } from './matte/find-ground.ts';
import { keepSubject } from './matte/keep-subject.ts';
import { leanOf } from './matte/lean.ts';
import { cutOutline } from './matte/outline-cut.ts';
import { openSlits } from './matte/slits.ts';
import { smoothGuesses } from './matte/smooth-guesses.ts';
import { smoothlyReached, trimapOf } from './matte/trimap.ts';
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

/** Step of colour, in OKLab, that halves what an outline costs; more where the ground itself is noisy. */
const softness = 0.003;

/**
 * Cuts the subject of a photo on a plain ground free. Always answers; see `confidence`. The ground is measured and
 * whatever is it beyond doubt is set aside; of the rest a minimal cut finds the outline, along edges and not through
 * shadows; and the outline gets a soft edge.
 */
export function cutOut(photo: Bitmap): Matte {
  const { width, height } = photo;
  const planes = calmColour(oklabPlanes(photo));
  const rough = fitBackground(planes);
  const smoothPlanes = smoothed(planes);
  const edges = edgeStrength(smoothPlanes);
  const limit = edgeLimit(edges, width, height);
  const found = findGround({ planes, edges, limit, rough });
  const { off, noise } = found;
  const smooth = smoothlyReached({ ...found, edges, width });
  const ground = cutOutline({
    trimap: trimapOf({ ...found, smooth, width }),
    lean: leanOf({ ...found, smooth, width }),
    off,
    smooth: smoothPlanes,
    softness: Math.max(softness, noise.rough * 3),
  });
  openSlits({ ground, off, edges, noise, width });
  const whole = smoothGuesses(keepSubject(ground, width), { off, like: found.like, edges, width });
  const subject = dropCrumbs(whole, { off, like: found.like, width });
  const soft = softenEdge(photo, subject);
  const bleed = bleedOf(subject, width, height);
  const groundChroma = Math.hypot(surfaceAt(rough.a, 0, 0), surfaceAt(rough.b, 0, 0));
  return {
    ...soft,
    shadow: shadowOf(soft.cutOut, off, width, height),
    bleed,
    plainness: rough.plainness,
    groundChroma,
    confidence: confidenceOf({ subject, planes, background: rough, groundChroma, bleed, box: soft.box }),
  };
}
