import type { Storyboard } from '../../../domain/storyboard.ts';
import { contentWidth } from './strip-look.ts';

export interface StripGrid {
  columns: number;
  rows: number;
  /** Pictures of each shot, side by side. */
  frames: number;
  frameWidth: number;
  frameHeight: number;
  cardWidth: number;
  cardHeight: number;
}

/** Between two cards, between two pictures of one, and below them for the words. */
export const cardGap = { across: 44, down: 52 };
export const frameGap = 10;
const wordsHeight = 138;

const narrowestCard = 400;
const widestFrame = 820;
/** Height to width of a grid that is looked at with ease. */
const bestRatio = 0.62;

/** How many pictures of a shot, and how many shots in a row, so that the whole is neither a tower nor a ribbon. */
export function planGrid({
  shots,
  width,
  height,
}: Pick<Storyboard, 'shots' | 'width' | 'height'>): StripGrid {
  const counts = width > height ? [2, 3] : [3];
  const grids = [1, 2, 3, 4, 5].flatMap((columns) =>
    counts.map((frames) => gridOf({ columns, frames, shots: shots.length, ratio: height / width })),
  );
  const usable = grids.filter(({ cardWidth }) => cardWidth >= narrowestCard);
  return usable.reduce((best, grid) =>
    unease(grid, shots.length) < unease(best, shots.length) ? grid : best,
  );
}

function gridOf(options: { columns: number; frames: number; shots: number; ratio: number }): StripGrid {
  const { columns, frames, shots, ratio } = options;
  const cardWidth = Math.floor((contentWidth - (columns - 1) * cardGap.across) / columns);
  const frameWidth = Math.min(widestFrame, Math.floor((cardWidth - (frames - 1) * frameGap) / frames));
  const frameHeight = Math.round(frameWidth * ratio);
  return {
    columns,
    rows: Math.ceil(shots / columns),
    frames,
    frameWidth,
    frameHeight,
    cardWidth,
    cardHeight: frameHeight + wordsHeight,
  };
}

function unease(grid: StripGrid, shots: number): number {
  const { columns, rows, frames, frameWidth, cardWidth, cardHeight } = grid;
  const height = rows * (cardHeight + cardGap.down) - cardGap.down;
  const emptyCards = (columns * rows - shots) / (columns * rows);
  const emptyBeside = 1 - (frames * (frameWidth + frameGap) - frameGap) / cardWidth;
  return Math.abs(Math.log(height / contentWidth / bestRatio)) + 0.6 * emptyCards + 2 * emptyBeside;
}
