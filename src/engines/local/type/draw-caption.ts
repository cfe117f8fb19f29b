import { createCanvas } from '@napi-rs/canvas';
import { canvasOf, readBack } from '../stage/read-back.ts';
import type { CaptionColours } from './caption-colours.ts';
import { drawLetters, type Letters } from './draw-letters.ts';
import { drawShade, type PlacedBitmap } from './draw-shade.ts';
import type { CaptionLayout } from './lay-out.ts';
import type { CaptionLine } from './place-lines.ts';
import { typeCanvas } from './type-canvas.ts';

/** A caption in pixels, non-premultiplied as all bitmaps of a stage; it can be sent to another thread. */
export interface DrawnCaption {
  shade?: PlacedBitmap;
  lines: DrawnLine[];
  fontPx: number;
  direction: 'ltr' | 'rtl';
}

export interface DrawnLine extends PlacedBitmap {
  /** What the line may use of the frame, in frame pixels: a line that rises is hidden outside. */
  top: number;
  bottom: number;
  /** How far in frame pixels the line reaches after each of its letters, in reading order. */
  stops: number[];
  /** The letters one by one, where they may be moved apart. */
  letters?: Letters;
}

/** Draws every line once; `createCaptionPainter` moves them. */
export function drawCaption(layout: CaptionLayout, look: CaptionColours): DrawnCaption {
  const { fontPx, direction } = layout.setting;
  const drawn: DrawnCaption = {
    fontPx,
    direction,
    lines: layout.lines.map((line) => drawLine(layout, line, look.colour)),
  };
  if (look.shade !== undefined) drawn.shade = drawShade(layout, look.shade);
  return drawn;
}

/** A caption as one picture of its shade and all its lines at rest, cut to where it is. */
export function flattenCaption({ shade, lines }: DrawnCaption): PlacedBitmap {
  const parts = shade === undefined ? lines : [shade, ...lines];
  const x = Math.min(...parts.map((part) => part.x));
  const y = Math.min(...parts.map((part) => part.y));
  const right = Math.max(...parts.map((part) => part.x + part.bitmap.width));
  const bottom = Math.max(...parts.map((part) => part.y + part.bitmap.height));
  const canvas = createCanvas(right - x, bottom - y);
  for (const part of parts) canvas.getContext('2d').drawImage(canvasOf(part.bitmap), part.x - x, part.y - y);
  return { bitmap: readBack(canvas), x, y };
}

function drawLine(layout: CaptionLayout, line: CaptionLine, colour: string): DrawnLine {
  const { setting, spaced } = layout;
  const { box, text } = line;
  const margin = Math.ceil(setting.fontPx * 0.08) + 2;
  const x = box.x - margin;
  const y = box.y - margin;
  const canvas = typeCanvas(setting, { width: box.width + 2 * margin, height: box.height + 2 * margin });
  const context = canvas.getContext('2d');
  context.fillStyle = colour;
  context.fillText(text, line.x - x, line.baseline - y);
  const drawn: DrawnLine = {
    bitmap: readBack(canvas),
    x,
    y,
    top: box.y,
    bottom: box.y + box.height,
    stops: stopsOf(layout, line),
  };
  if (spaced && setting.direction === 'ltr') drawn.letters = drawLetters(layout, line, colour);
  return drawn;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

function stopsOf({ setting }: CaptionLayout, { text, x, box }: CaptionLine): number[] {
  const context = typeCanvas(setting).getContext('2d');
  const segments = [...graphemes.segment(text)];
  return segments.map(({ index, segment }, position) => {
    const reached = context.measureText(text.slice(0, index + segment.length)).width;
    const last = position === segments.length - 1;
    if (setting.direction === 'rtl') return last ? box.x : Math.max(box.x, box.x + box.width - reached);
    return last ? box.x + box.width : x + reached;
  });
}
