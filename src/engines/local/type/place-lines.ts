import type { Box, Caption, CaptionPlace, Frame } from './caption.ts';
import { roomFor } from './safe-area.ts';
import { measureInk, reachOf, type TypeSetting, typeCanvas } from './type-canvas.ts';

export interface CaptionLine {
  text: string;
  /** Where the pen starts, at the left end whatever the script's direction. */
  x: number;
  baseline: number;
  /** Around its ink, inside the safe area. */
  box: Box;
}

/** Undefined where the lines together are taller than the room. */
export function placeLines(
  texts: readonly string[],
  options: { caption: Caption; frame: Frame; setting: TypeSetting; leadingPx: number },
): { lines: CaptionLine[]; box: Box } | undefined {
  const { caption, frame, setting, leadingPx } = options;
  const room = roomFor(caption.place, frame);
  const context = typeCanvas(setting).getContext('2d');
  const inks = texts.map((text) => ({ text, ...measureInk(context, text, setting.trackingPx) }));
  const above = Math.ceil(Math.max(inks[0]?.ascent ?? 0, setting.fontPx * capHeight));
  const below = Math.ceil(Math.max(inks.at(-1)?.descent ?? 0, setting.fontPx * descent)) + 1;
  const height = above + leadingPx * (texts.length - 1) + below;
  if (height > room.height) return undefined;
  const top = topOf(caption.place, { room, height });
  const blockWidth = Math.max(...inks.map(reachOf));
  const lines = inks.map((ink, index): CaptionLine => {
    const width = reachOf(ink);
    const free = caption.place === 'lower_left' ? blockWidth - width : room.width - width;
    const share = caption.place !== 'lower_left' ? 0.5 : setting.direction === 'rtl' ? 1 : 0;
    const left = Math.round(room.x + free * share);
    const baseline = top + above + leadingPx * index;
    const ascent = Math.ceil(ink.ascent);
    return {
      text: ink.text,
      x: left + Math.ceil(ink.left),
      baseline,
      box: {
        x: left,
        y: baseline - ascent,
        width: Math.ceil(width) + 1,
        height: ascent + Math.ceil(ink.descent) + 1,
      },
    };
  });
  return { lines, box: around(lines.map(({ box }) => box)) };
}

/** Of every text, so that two captions at one place share a baseline whether or not they have a `g`. */
const capHeight = 0.73;
const descent = 0.24;

/** A little above the middle looks like the middle. */
const opticalMiddle = 0.47;

function topOf(place: CaptionPlace, { room, height }: { room: Box; height: number }): number {
  const free = room.height - height;
  const share = { upper: 0, centre: opticalMiddle, lower_third: 1, lower_left: 1 }[place];
  return Math.floor(room.y + free * share);
}

function around(boxes: readonly Box[]): Box {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}
