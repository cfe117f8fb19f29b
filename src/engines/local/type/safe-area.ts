import type { Box, CaptionPlace, Frame } from './caption.ts';

interface Margins {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

/** As shares of the frame. The large vertical-video apps draw buttons and texts over what is left out upright. */
const margins = {
  upright: { top: 0.14, right: 0.12, bottom: 0.2, left: 0.06 },
  wide: { top: 0.05, right: 0.05, bottom: 0.05, left: 0.05 },
  square: { top: 0.06, right: 0.06, bottom: 0.06, left: 0.06 },
} satisfies Record<Shape, Margins>;

export type Shape = 'upright' | 'wide' | 'square';

export function shapeOf({ width, height }: Frame): Shape {
  if (height > width * 1.15) return 'upright';
  return width > height * 1.15 ? 'wide' : 'square';
}

/** The part of the frame that text may use on every screen. */
export function safeArea(frame: Frame): Box {
  const { top, right, bottom, left } = margins[shapeOf(frame)];
  const x = Math.ceil(frame.width * left);
  const y = Math.ceil(frame.height * top);
  return {
    x,
    y,
    width: Math.floor(frame.width * (1 - right)) - x,
    height: Math.floor(frame.height * (1 - bottom)) - y,
  };
}

/** The part of the safe area that a place may use: centred places are as wide to the left as to the right. */
export function roomFor(place: CaptionPlace, frame: Frame): Box {
  const safe = safeArea(frame);
  if (place === 'lower_left') return { ...safe, width: Math.min(safe.width, leftWidth(frame)) };
  const side = Math.max(safe.x, frame.width - safe.x - safe.width);
  return { ...safe, x: side, width: frame.width - 2 * side };
}

/** Beside it stands the product, except in an upright frame, where it stands above. */
function leftWidth({ width, height }: Frame): number {
  const share = { upright: 1, wide: 0.46, square: 0.7 }[shapeOf({ width, height })];
  return Math.floor(width * share);
}
