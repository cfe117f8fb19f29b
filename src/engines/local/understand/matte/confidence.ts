import type { Background } from '../background.ts';
import { blurPlane } from '../blur.ts';
import type { OklabPlanes } from '../oklab.ts';
import type { Box } from '../soft-edge.ts';
import { type Bleed, runsOverEdge } from './bleed.ts';
import { inProportion } from './in-proportion.ts';

/** 0 to 1: a plain ground, a subject of a likely size, solid and whole, with an outline that can be seen. */
export function confidenceOf(options: {
  subject: Uint8Array;
  planes: OklabPlanes;
  background: Background;
  groundChroma: number;
  bleed: Bleed;
  box: Box;
}): number {
  const { subject, planes, background, groundChroma, bleed, box } = options;
  let area = 0;
  for (const value of subject) area += value;
  const share = area / subject.length;
  const boxArea = Math.max(1, (box.right - box.left) * (box.bottom - box.top));
  const plain = ramp(background.plainness, 0.35, 0.8);
  const sized = ramp(share, 0.004, 0.02) * (1 - ramp(share, 0.8, 0.97));
  const solid = ramp(area / boxArea, 0.04, 0.15);
  const whole = 1 - ramp(raggedness(subject, planes.width, planes.height), 1.5, 1.62);
  // A painted wall is plain too; what runs over its edges is a room, not a close-up.
  const studio = runsOverEdge(bleed) ? 1 - ramp(groundChroma, 0.03, 0.042) : 1;
  const visible = outlineSeen(subject, planes);
  // Enlarged, every guess is seen; and a close-up can as well be shown as the photo that it is.
  const seen = runsOverEdge(bleed) ? ramp(visible, 0.8, 0.92) : ramp(visible, 0.35, 0.75);
  return studio * plain * sized * solid * whole * seen;
}

/** How much longer the outline is than the same shape's with its notches smoothed: about 1.05 for most, 1.5 if torn. */
function raggedness(subject: Uint8Array, width: number, height: number): number {
  const radius = inProportion(6, width, height);
  const smooth = blurPlane(new Float32Array(subject), width, height, { x: radius, y: radius });
  let long = 0;
  let short = 0;
  for (let index = width; index < subject.length - width; index++) {
    if (subject[index] === 1) {
      const isInner =
        subject[index - 1] !== 0 &&
        subject[index + 1] !== 0 &&
        subject[index - width] !== 0 &&
        subject[index + width] !== 0;
      if (!isInner) long++;
    }
    if ((smooth[index] ?? 0) >= 0.5) {
      const isInner =
        (smooth[index - 1] ?? 0) >= 0.5 &&
        (smooth[index + 1] ?? 0) >= 0.5 &&
        (smooth[index - width] ?? 0) >= 0.5 &&
        (smooth[index + width] ?? 0) >= 0.5;
      if (!isInner) short++;
    }
  }
  return short === 0 ? Number.POSITIVE_INFINITY : long / short;
}

/** The share of the outline that is a visible edge of the photo; a torn outline runs through flat areas. */
function outlineSeen(subject: Uint8Array, planes: OklabPlanes): number {
  const { width, height, L, a, b } = planes;
  let outline = 0;
  let seen = 0;
  for (let y = 4; y < height - 4; y++)
    for (let x = 4; x < width - 4; x++) {
      const index = y * width + x;
      if (subject[index] === 0) continue;
      const horizontal = (subject[index + 1] ?? 0) - (subject[index - 1] ?? 0);
      const vertical = (subject[index + width] ?? 0) - (subject[index - width] ?? 0);
      if (horizontal === 0 && vertical === 0) continue;
      outline++;
      const inner = index + 3 * horizontal + 3 * vertical * width;
      const outer = index - 3 * horizontal - 3 * vertical * width;
      const dL = (L[inner] ?? 0) - (L[outer] ?? 0);
      const da = (a[inner] ?? 0) - (a[outer] ?? 0);
      const db = (b[inner] ?? 0) - (b[outer] ?? 0);
      if (dL * dL + da * da + db * db > 0.012 ** 2) seen++;
    }
  return outline === 0 ? 0 : seen / outline;
}

const ramp = (value: number, from: number, to: number) =>
  Math.min(1, Math.max(0, (value - from) / (to - from)));
