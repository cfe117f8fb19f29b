import { blackLuma, type Check, stretchesOf } from '../../../domain/check.ts';
import type { Storyboard } from '../../../domain/storyboard.ts';
import { at } from './finished-film.ts';
import type { Painted } from './painted.ts';
import { meanLuma, type SmallFilm } from './small-film.ts';

const leastFrames = 3;
const codecLoss = 0.02;

/** No stretch of the film may be black unless its pictures were meant to be: a low-key set is dark, but not black. */
export async function blackCheck(
  { lumas }: SmallFilm,
  { storyboard, painted }: { storyboard: Storyboard; painted: Painted },
): Promise<Check> {
  const means = lumas.map(meanLuma);
  const stretches = stretchesOf(means.length, {
    holds: (frame) => (means[frame] ?? 0) < blackLuma,
    least: leastFrames,
  });
  for (const { from, to } of stretches) {
    const middle = Math.floor((from + to) / 2);
    const meant = meanLuma(await painted.small(middle));
    const measured = means[middle] ?? 0;
    // Dark pictures come out of the codec up to two steps darker than they were painted.
    if (meant < blackLuma || meant - measured < codecLoss) continue;
    return {
      name: 'black',
      status: 'failed',
      message: `It is black from ${at(from / storyboard.fps)} to ${at(to / storyboard.fps)}: a mean luma of ${measured.toFixed(3)} where ${meant.toFixed(3)} was painted.`,
      measured,
      limit: blackLuma,
    };
  }
  return {
    name: 'black',
    status: 'passed',
    message: 'It is nowhere black.',
    measured: Math.min(...means),
    limit: blackLuma,
  };
}
