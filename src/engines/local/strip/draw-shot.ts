import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { cameraWords, framingWords, subjectWords, transitionWords } from '../../../domain/describe-shot.ts';
import type { Storyboard } from '../../../domain/storyboard.ts';
import { write } from './lettering.ts';
import { frameGap, type StripGrid } from './plan-grid.ts';
import { colours } from './strip-look.ts';

/** One shot: its pictures in a row, and below them its number, its time and how it is filmed. */
export function drawShot(
  context: SKRSContext2D,
  options: {
    storyboard: Storyboard;
    shot: number;
    pictures: readonly Canvas[];
    grid: StripGrid;
    x: number;
    y: number;
  },
): void {
  const { storyboard, shot: index, pictures, grid, x, y } = options;
  const shot = storyboard.shots[index];
  if (shot === undefined) throw new Error(`The storyboard has no shot ${index}.`);
  for (const [at, picture] of pictures.entries())
    drawPicture(context, picture, { ...grid, x: x + at * (grid.frameWidth + frameGap), y });
  const width = Math.min(grid.cardWidth, grid.frames * (grid.frameWidth + frameGap) - frameGap);
  const first = y + grid.frameHeight + 44;
  const label = { x, y: first, sizePx: 30, colour: colours.accent, weight: 650 };
  const number = write(context, String(index + 1), label);
  const time = `${shot.startSeconds.toFixed(2)} – ${shot.endSeconds.toFixed(2)} s`;
  write(context, time, { ...label, x: x + number + 18, colour: colours.strong, weight: 560 });
  const next = storyboard.transitions.find(({ to }) => to === index + 1);
  if (index + 1 < storyboard.shots.length)
    write(context, `${transitionWords(next)}  →`, {
      ...label,
      x: x + width,
      sizePx: 24,
      weight: 450,
      colour: colours.faint,
      align: 'right',
    });
  const words = { x, sizePx: 26, maxWidth: width };
  const line = (text: string, y: number, colour: string) => write(context, text, { ...words, y, colour });
  line(capitalised(subjectWords(shot)), first + 42, colours.text);
  line(`${capitalised(cameraWords(shot.camera))} · ${framingWords[shot.framing]}`, first + 78, colours.faint);
}

function drawPicture(
  context: SKRSContext2D,
  picture: Canvas,
  { x, y, frameWidth, frameHeight }: StripGrid & { x: number; y: number },
): void {
  context.save();
  context.beginPath();
  context.roundRect(x, y, frameWidth, frameHeight, 8);
  context.clip();
  context.drawImage(picture, x, y, frameWidth, frameHeight);
  context.restore();
}

const capitalised = (words: string) => words.slice(0, 1).toUpperCase() + words.slice(1);
