import type { Note } from './plan.ts';
import { type AspectRatio, aspectRatios, type Reference } from './request.ts';

const usual: AspectRatio = '16:9';

/** 4:3 lies exactly between 16:9 and 1:1, and stays a landscape. */
const tie = 1e-9;

/**
 * The ratio that a request has: the one it names, or for `auto` the one nearest to the first picture or clip, and
 * 16:9 where there is none. What was chosen is told in a note.
 */
export function chooseAspectRatio(
  asked: AspectRatio | 'auto',
  references: readonly Reference[],
): { aspectRatio: AspectRatio; notes: Note[] } {
  if (asked !== 'auto') return { aspectRatio: asked, notes: [] };
  const shaped = references.find(({ facts }) => (facts.width ?? 0) > 0 && (facts.height ?? 0) > 0);
  const { width = 0, height = 0 } = shaped?.facts ?? {};
  const aspectRatio = shaped === undefined ? usual : nearest(width / height);
  const reason =
    shaped === undefined
      ? 'nothing with a shape was given'
      : `the first ${shaped.kind} has ${width}×${height} pixels`;
  const message = `The aspect ratio was left open: ${aspectRatio} was chosen, because ${reason}.`;
  return { aspectRatio, notes: [{ code: 'aspect_ratio_chosen', pointer: '/aspect_ratio', message }] };
}

/** By proportion: half as wide is as far as twice as wide. */
function nearest(proportion: number): AspectRatio {
  const distance = (ratio: AspectRatio) => {
    const [width = 1, height = 1] = ratio.split(':').map(Number);
    return Math.abs(Math.log(proportion / (width / height)));
  };
  return aspectRatios.reduce((best, ratio) => (distance(ratio) < distance(best) - tie ? ratio : best));
}
