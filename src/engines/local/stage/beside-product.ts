import type { Caption, Storyboard } from '../../../domain/storyboard.ts';
import { actorOf } from '../check/actor.ts';
import type { Box } from '../check/box.ts';
import { sightingOf } from '../check/sighting.ts';
import type { Stage } from '../render/layer.ts';
import type { Box as LetterBox } from '../type/caption.ts';

/** Moments of a shot that are looked at: no move brings a product to the letters and away again between two. */
const looks = 9;

/** Of the letters' box: less is a corner of the product's box, or a comma at its rim. */
const leastMet = 0.04;

/** The shots, by index, in which the product on the set never comes behind the letters of a caption, or hardly. */
export function besideProduct(
  { startSeconds, endSeconds }: Caption,
  letters: LetterBox,
  film: { storyboard: Storyboard; stage: Stage },
): number[] {
  const { shots } = film.storyboard;
  return shots.flatMap((shot, index) => {
    // A rolling camera turns what is behind the product, and not what lies over the film.
    const rolls = shot.camera.handheld > 0 || shot.camera.keys.some(({ rollDegrees }) => rollDegrees !== 0);
    if (rolls || actorOf(film.stage, index) === undefined) return [];
    const from = Math.max(startSeconds, shot.startSeconds);
    const to = Math.min(endSeconds, shot.endSeconds);
    if (to <= from) return [];
    const moments = Array.from({ length: looks }, (_, n) => from + ((to - from) * n) / (looks - 1));
    const meets = moments.some((seconds) => {
      const box = sightingOf(film, index, seconds)?.box;
      return box === undefined || overlaps(box, letters);
    });
    return meets ? [] : [index];
  });
}

const overlaps = ({ left, top, right, bottom }: Box, { x, y, width, height }: LetterBox) => {
  const across = Math.min(right, x + width) - Math.max(left, x);
  const down = Math.min(bottom, y + height) - Math.max(top, y);
  return across > 0 && down > 0 && across * down > leastMet * width * height;
};
