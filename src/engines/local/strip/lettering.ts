import type { SKRSContext2D } from '@napi-rs/canvas';
import { chooseFaces } from '../type/choose-faces.ts';
import { scriptTraits } from '../type/script-traits.ts';
import { applyType } from '../type/type-canvas.ts';

export interface Lettering {
  /** Where the text begins, or with `align: 'right'` ends, and its baseline. */
  x: number;
  y: number;
  sizePx: number;
  weight?: number;
  colour: string;
  align?: 'left' | 'right';
  /** What is longer ends in an ellipsis. */
  maxWidth?: number;
}

/** Writes one line in the typefaces that captions are set in; answers with how wide it is. */
export function write(context: SKRSContext2D, given: string, lettering: Lettering): number {
  const { x, y, sizePx, weight = 450, colour, align = 'left', maxWidth } = lettering;
  const { text, faces } = chooseFaces(given.replace(/\s+/g, ' ').trim(), 'sans');
  context.save();
  applyType(context, {
    faces,
    weight,
    opticalSize: Math.min(32, Math.max(14, sizePx)),
    direction: scriptTraits(text).direction,
    fontPx: sizePx,
    trackingPx: sizePx * -0.006,
  });
  context.fillStyle = colour;
  const line = maxWidth === undefined ? text : shortened(context, text, maxWidth);
  const { width } = context.measureText(line);
  context.fillText(line, align === 'right' ? x - width : x, y);
  context.restore();
  return width;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

function shortened(context: SKRSContext2D, text: string, maxWidth: number): string {
  if (context.measureText(text).width <= maxWidth) return text;
  const letters = [...graphemes.segment(text)].map(({ segment }) => segment);
  const fits = (count: number) =>
    context.measureText(`${letters.slice(0, count).join('')}…`).width <= maxWidth;
  let count = letters.length;
  // A prompt may have thousands of letters: halve first, then letter by letter.
  while (count > 1 && !fits(Math.floor(count / 2))) count = Math.floor(count / 2);
  while (count > 0 && !fits(count)) count--;
  return `${letters.slice(0, count).join('').trimEnd()}…`;
}
