import type { Check } from '../../../domain/check.ts';
import { clearFrames } from './clear-frames.ts';
import { at, type FinishedFilm } from './finished-film.ts';
import { type Sighting, sightingOf } from './sighting.ts';

/** Air between a whole product and the border of the frame, in short sides. */
const leastAir = 0.01;

/**
 * A shot that frames the whole product keeps it inside the frame for all its time; a close one at least its middle.
 * Undefined where no product stands on the set.
 */
export function productUncutCheck(film: FinishedFilm): Check | undefined {
  const { storyboard, storyboardIsGiven } = film;
  let worst: { air: number; sighting: Sighting } | undefined;
  for (const shot of storyboard.shots.keys())
    for (const frame of clearFrames(storyboard, shot)) {
      const sighting = sightingOf(film, shot, frame / storyboard.fps);
      if (sighting === undefined) break;
      const air = airAround(sighting, storyboard);
      if (worst === undefined || air < worst.air) worst = { air, sighting };
    }
  if (worst === undefined) return undefined;
  const { air, sighting } = worst;
  const isCut = air < leastAir;
  return {
    name: 'product_uncut',
    // Whoever wrote the storyboard may have meant it.
    status: isCut ? (storyboardIsGiven ? 'warning' : 'failed') : 'passed',
    message: isCut ? cutMessage(sighting, air) : 'Every product that is framed whole is whole.',
    measured: air,
    limit: leastAir,
    pointer: `/shots/${sighting.shot}`,
  };
}

/** From the box, or from the middle of a close shot, to the nearest border; negative outside. */
function airAround({ box, isClose }: Sighting, { width, height }: { width: number; height: number }): number {
  const { left, top, right, bottom } = isClose ? middleOf(box) : box;
  return Math.min(left, top, width - right, height - bottom) / Math.min(width, height);
}

function middleOf({ left, top, right, bottom }: Sighting['box']): Sighting['box'] {
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  return { left: x, top: y, right: x, bottom: y };
}

function cutMessage({ shot, seconds, isClose }: Sighting, air: number): string {
  const percent = `${(Math.abs(air) * 100).toFixed(1)} % of the short side`;
  const where = air < 0 ? `reaches ${percent} beyond the frame` : `is only ${percent} from the border`;
  return `At ${at(seconds)} the ${isClose ? 'middle of the product' : 'product'} of shot ${shot + 1} ${where}.`;
}
