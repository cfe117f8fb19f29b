import { type Canvas, createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import { factsWords, setWords } from '../../../domain/describe-film.ts';
import type { Storyboard } from '../../../domain/storyboard.ts';
import { drawShot } from './draw-shot.ts';
import { drawTimeline, timelineHeight } from './draw-timeline.ts';
import { write } from './lettering.ts';
import { cardGap, type StripGrid } from './plan-grid.ts';
import { colours, contentWidth, margin, stripWidth } from './strip-look.ts';

const headHeight = 176;
const gap = 56;

/** The whole sheet: what film it is, how it runs, and its shots in reading order. */
export function drawSheet(options: {
  storyboard: Storyboard;
  /** What a person asked for; undefined where nothing was said. */
  prompt: string | undefined;
  grid: StripGrid;
  /** Of each shot. */
  pictures: readonly (readonly Canvas[])[];
}): Canvas {
  const { storyboard, prompt, grid, pictures } = options;
  const gridTop = margin + headHeight + timelineHeight(storyboard) + gap;
  const gridHeight = grid.rows * (grid.cardHeight + cardGap.down) - cardGap.down;
  const canvas = createCanvas(stripWidth, gridTop + gridHeight + margin - 24);
  const context = canvas.getContext('2d');
  context.fillStyle = colours.ground;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  drawHead(context, storyboard, prompt);
  drawTimeline(context, storyboard, margin + headHeight);
  for (const [shot, own] of pictures.entries()) {
    const x = margin + (shot % grid.columns) * (grid.cardWidth + cardGap.across);
    const y = gridTop + Math.floor(shot / grid.columns) * (grid.cardHeight + cardGap.down);
    drawShot(context, { storyboard, shot, pictures: own, grid, x, y });
  }
  return canvas;
}

function drawHead(context: SKRSContext2D, storyboard: Storyboard, prompt: string | undefined): void {
  const right = margin + contentWidth;
  const facts = { x: right, y: margin + 36, sizePx: 28, colour: colours.text, align: 'right' } as const;
  const factsWidth = write(context, factsWords(storyboard), facts);
  write(context, prompt ?? 'Storyboard', {
    x: margin,
    y: margin + 38,
    sizePx: 42,
    weight: 600,
    colour: colours.strong,
    maxWidth: contentWidth - factsWidth - 60,
  });
  const { set } = storyboard;
  const y = margin + 96;
  const line = { y, sizePx: 28, colour: colours.faint };
  let x = margin;
  for (const colour of [set.wall, set.accent]) {
    drawSwatch(context, { x, y: y - 24, colour });
    x += 42;
  }
  write(context, capitalised(setWords(set)), { ...line, x: x + 10, maxWidth: contentWidth - 100 });
}

const capitalised = (words: string) => words.slice(0, 1).toUpperCase() + words.slice(1);

function drawSwatch(
  context: SKRSContext2D,
  { x, y, colour }: { x: number; y: number; colour: string },
): void {
  context.beginPath();
  context.roundRect(x + 1, y + 1, 30, 30, 8);
  context.fillStyle = colour;
  context.fill();
  context.strokeStyle = colours.line;
  context.lineWidth = 2;
  context.stroke();
}
