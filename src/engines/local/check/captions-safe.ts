import type { Check } from '../../../domain/check.ts';
import type { Stage, StageCaption, StageCaptionLine } from '../render/layer.ts';
import { captionAt } from '../type/caption-motion.ts';
import { safeArea } from '../type/safe-area.ts';
import type { Box } from './box.ts';
import { type CaptionFrame, enoughContrast } from './caption-contrast.ts';
import { at, type FinishedFilm } from './finished-film.ts';
import { inkBox } from './ink-box.ts';

/** The soft rim of a letter may touch the border of the safe area. */
const mostBeyondPx = 1;

/** Fainter than this, the rim of a letter is not seen. */
const visible = 32;

/**
 * Every line of every caption stays inside the safe area for as long as it is seen, however it moves; and can be read
 * against what the film shows around it, else a person should look. Undefined for a film without captions.
 */
export function captionsSafeCheck(film: FinishedFilm, contrasts: readonly CaptionFrame[]): Check | undefined {
  const { storyboard, stage } = film;
  if (stage.captions.length === 0) return undefined;
  const found = stage.captions.map((caption, index) => ({ index, ...worstPlace(caption, film) }));
  const worst = found.reduce((one, other) => (other.beyond > one.beyond ? other : one));
  if (worst.beyond > mostBeyondPx)
    return {
      name: 'captions_safe',
      status: 'failed',
      message: `At ${at(worst.seconds)} ${nameOf(film, worst.index)} reaches ${Math.round(worst.beyond)} px beyond the safe area.`,
      measured: worst.beyond,
      limit: mostBeyondPx,
      ...pointerOf(film, worst.index),
    };
  const weak = contrasts.find(({ contrast }) => contrast < enoughContrast);
  if (weak !== undefined)
    return {
      name: 'captions_safe',
      status: 'warning',
      message: `At ${at(weak.frame / storyboard.fps)} ${nameOf(film, weak.caption)} has a contrast of ${weak.contrast.toFixed(1)} to what is around it, less than ${enoughContrast}.`,
      measured: weak.contrast,
      limit: enoughContrast,
      ...pointerOf(film, weak.caption),
    };
  const least = Math.min(...contrasts.map(({ contrast }) => contrast));
  return {
    name: 'captions_safe',
    status: 'passed',
    message: 'Captions stay inside the safe area and can be read.',
    ...(contrasts.length === 0 ? {} : { measured: least, limit: enoughContrast }),
  };
}

/** How far a caption reaches beyond the safe area at its worst, in pixels, and when; negative inside. */
function worstPlace(
  { cue, lines }: StageCaption,
  { storyboard, stage }: FinishedFilm,
): { beyond: number; seconds: number } {
  const safe = safeArea(storyboard);
  let worst = { beyond: -Infinity, seconds: cue.startSeconds };
  const { fps } = storyboard;
  for (let frame = Math.ceil(cue.startSeconds * fps); frame < cue.endSeconds * fps; frame++)
    for (const [index, line] of lines.entries()) {
      const seconds = frame / fps;
      const {
        opacity,
        clip = 1,
        tracking = 0,
      } = captionAt(cue, { seconds, line: index, lines: lines.length });
      if (opacity <= 0.02) continue;
      const ink = inkOf(line, stage, { clip, tracking });
      const beyond = Math.max(
        safe.x - ink.left,
        safe.y - ink.top,
        ink.right - safe.x - safe.width,
        ink.bottom - safe.y - safe.height,
      );
      if (beyond > worst.beyond) worst = { beyond, seconds };
    }
  return worst;
}

/** Where the ink of a line is in the frame while it comes. */
function inkOf(
  line: StageCaptionLine,
  { bitmaps }: Stage,
  { clip, tracking }: { clip: number; tracking: number },
): Box {
  const ink = inkBox(bitmaps[line.bitmap], visible);
  const below = (1 - clip) * (line.bottom - line.top);
  const top = line.y + below + ink.top;
  const bottom = line.y + below + ink.bottom;
  const box = {
    left: line.x + ink.left,
    right: line.x + ink.right,
    top: clip < 1 ? Math.max(line.top, top) : top,
    bottom: clip < 1 ? Math.min(line.bottom, bottom) : bottom,
  };
  if (tracking === 0 || line.letters === undefined) return box;
  const { cells, spreadPx } = line.letters;
  const moved = cells.map(({ x, width, order }) => {
    const left = x + order * tracking * spreadPx;
    return { left, right: left + width };
  });
  return {
    ...box,
    left: Math.min(...moved.map(({ left }) => left)),
    right: Math.max(...moved.map(({ right }) => right)),
  };
}

function nameOf({ stage, storyboard }: FinishedFilm, index: number): string {
  const text = storyboard.captions[indexInStoryboard({ stage, storyboard }, index)]?.text;
  return text === undefined ? `caption ${index + 1}` : `the caption "${text}"`;
}

function pointerOf(film: FinishedFilm, index: number): { pointer?: string } {
  const found = indexInStoryboard(film, index);
  return found === -1 ? {} : { pointer: `/captions/${found}` };
}

/** A caption that could not be set is in the storyboard, but not on the stage. */
function indexInStoryboard({ stage, storyboard }: Pick<FinishedFilm, 'stage' | 'storyboard'>, index: number) {
  const cue = stage.captions[index]?.cue;
  return storyboard.captions.findIndex(
    ({ startSeconds, endSeconds }) => startSeconds === cue?.startSeconds && endSeconds === cue.endSeconds,
  );
}
