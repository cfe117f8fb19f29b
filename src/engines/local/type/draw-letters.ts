import type { StageBitmap } from '../render/layer.ts';
import { readBack } from '../stage/read-back.ts';
import type { CaptionLayout } from './lay-out.ts';
import type { CaptionLine } from './place-lines.ts';
import { roomFor } from './safe-area.ts';
import { typeCanvas } from './type-canvas.ts';

/** The letters of a line side by side in one bitmap, so that each can be drawn at a place of its own. */
export interface Letters {
  bitmap: StageBitmap;
  /** Top of the bitmap in the frame. */
  y: number;
  /** `from` and `width` in the bitmap, `x` in the frame when at rest; `order` is its share of `spreadPx`. */
  cells: { from: number; width: number; x: number; order: number }[];
  /** How much longer the line may be when its letters are furthest apart: it stays inside the safe area. */
  spreadPx: number;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Each letter keeps its fraction of a pixel, so that it looks the same at rest as in the whole line. */
export function drawLetters(layout: CaptionLayout, line: CaptionLine, colour: string): Letters {
  const { setting } = layout;
  const { text, box, baseline } = line;
  const measuring = typeCanvas(setting).getContext('2d');
  const side = Math.ceil(setting.fontPx * 0.3);
  const margin = Math.ceil(setting.fontPx * 0.08) + 2;
  const fixed = layout.place === 'lower_left' ? 0 : 0.5;
  let from = 0;
  const found = [...graphemes.segment(text)].filter(({ segment }) => segment.trim() !== '');
  const cells = found.map(({ segment, index }, position) => {
    // A pair's kerning counts as part of the step to its second letter.
    const reached = measuring.measureText(text.slice(0, index + segment.length)).width;
    const own = measuring.measureText(segment).width;
    const start = line.x + reached - own;
    const whole = Math.floor(start);
    const width = Math.ceil(own) + 2 * side;
    const cell = {
      from,
      width,
      x: whole - side,
      order: (found.length < 2 ? 0 : position / (found.length - 1)) - fixed,
      segment,
      phase: start - whole,
    };
    from += width;
    return cell;
  });
  const y = box.y - margin;
  const canvas = typeCanvas(setting, { width: Math.max(1, from), height: box.height + 2 * margin });
  const context = canvas.getContext('2d');
  context.fillStyle = colour;
  for (const cell of cells) context.fillText(cell.segment, cell.from + side + cell.phase, baseline - y);
  return {
    bitmap: readBack(canvas),
    y,
    cells: cells.map(({ from: start, width, x, order }) => ({ from: start, width, x, order })),
    spreadPx: spreadIn(layout, line, cells.length),
  };
}

/** In em a letter. */
const widest = 0.14;

function spreadIn({ place, frame, setting }: CaptionLayout, { box }: CaptionLine, letters: number): number {
  const room = roomFor(place, frame);
  const left = box.x - room.x;
  const right = room.x + room.width - box.x - box.width;
  const free = place === 'lower_left' ? right : 2 * Math.min(left, right);
  return Math.max(0, Math.min(free, widest * setting.fontPx * (letters - 1)));
}
