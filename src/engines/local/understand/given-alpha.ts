import type { Bitmap } from '../../../media/media.ts';
import { type Bleed, bleedOf, runsOverEdge } from './matte/bleed.ts';
import { type SoftEdge, softenEdge } from './soft-edge.ts';

/**
 * The subject of a photo whose alpha somebody else found. The outline is drawn anew where that alpha crosses its
 * middle, so that no ground travels in its edge. Undefined where the alpha shows no whole product: next to nothing,
 * next to everything, what the photo cuts off, or much that it leaves half clear.
 */
export function subjectOfAlpha(photo: Bitmap, alpha: Uint8Array): (SoftEdge & { bleed: Bleed }) | undefined {
  const { width, height } = photo;
  const subject = alpha.map((value) => (value < 128 ? 0 : 1));
  let area = 0;
  for (const value of subject) area += value;
  const share = area / subject.length;
  if (share < leastShare || share > mostShare || undecided(alpha) > mostUndecided * area) return undefined;
  const bleed = bleedOf(subject, width, height);
  return runsOverEdge(bleed) ? undefined : { ...softenEdge(photo, subject), bleed };
}

const leastShare = 0.01;
const mostShare = 0.9;

/** Of the subject's area. A remover that sees one product leaves 0.01 of it open, one that sees a scene 0.1 and more. */
const mostUndecided = 0.08;

const undecided = (alpha: Uint8Array) => {
  let open = 0;
  for (const value of alpha) if (value > 40 && value < 215) open++;
  return open;
};
