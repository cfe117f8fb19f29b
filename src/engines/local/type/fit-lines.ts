import { breakLines } from './break-lines.ts';
import type { Caption, Frame } from './caption.ts';
import { lettersOf, type Piece, piecesOf } from './line-pieces.ts';
import { roomFor, shapeOf } from './safe-area.ts';
import type { ScriptTraits } from './script-traits.ts';
import { measureInk, reachOf, type TypeSetting, typeCanvas } from './type-canvas.ts';
import type { TypeStyle } from './type-styles.ts';

/** Lines that fit side to side, not yet placed. */
export interface Fit {
  lines: string[];
  setting: TypeSetting;
  leadingPx: number;
  broken: boolean;
}

export interface FitOptions {
  caption: Caption;
  frame: Frame;
  style: TypeStyle;
  traits: ScriptTraits;
  faces: string[];
}

/** Few lines at nearly full size; else more lines; else words broken anywhere, at the smallest size. */
export function fitLines(text: string, options: FitOptions): Fit | undefined {
  const { style, traits } = options;
  const { preferredLines, maxLines, size, floor } = style;
  const pieces = piecesOf(text);
  const widthAt = widthMeter(options);
  const largest = size * traits.size;
  const attempt = (share: number, allowed: number, cut: readonly Piece[] = pieces) => {
    const fit = fitAt(cut, { ...options, share, allowed, widthAt });
    return fit === undefined ? undefined : { ...fit, broken: cut !== pieces };
  };
  for (let share = largest; share >= Math.max(floor, largest * 0.8); share *= shrinkStep) {
    const fit = attempt(share, preferredLines);
    if (fit !== undefined) return fit;
  }
  for (let share = largest; share > floor; share *= shrinkStep) {
    const fit = attempt(share, maxLines);
    if (fit !== undefined) return fit;
  }
  return attempt(floor, maxLines) ?? attempt(floor, maxLines, lettersOf(text));
}

const shrinkStep = 0.965;

/** Widths are measured once at a reference size: with a fixed drawing of the letters they grow with the size. */
const referencePx = 100;

function widthMeter({ style, traits, faces }: FitOptions): (text: string) => number {
  const setting = settingAt(referencePx, { style, traits, faces });
  const context = typeCanvas(setting).getContext('2d');
  const known = new Map<string, number>();
  return (text) => {
    const width = known.get(text) ?? reachOf(measureInk(context, text, setting.trackingPx));
    known.set(text, width);
    return width;
  };
}

function fitAt(
  pieces: readonly Piece[],
  options: FitOptions & { share: number; allowed: number; widthAt: (text: string) => number },
): Omit<Fit, 'broken'> | undefined {
  const { caption, frame, style, traits, faces, share, allowed, widthAt } = options;
  const room = roomFor(caption.place, frame);
  const fontPx = Math.round(Math.min(frame.width, frame.height) * share);
  const width = measureFor(caption, frame, room.width) - roundingPx;
  const lines = breakLines(pieces, {
    width,
    maxLines: allowed,
    widthOf: (text) => (widthAt(text) * fontPx) / referencePx,
  });
  if (lines === undefined) return undefined;
  const leadingPx = Math.round(fontPx * Math.max(style.leading, traits.leading));
  return { lines, setting: settingAt(fontPx, { style, traits, faces }), leadingPx };
}

/** Ink is measured in whole pixels, and lines stand on whole pixels so that they are sharp. */
const roundingPx = 4;

/** In a wide frame a centred line is not as long as there is room: it would be hard to read. */
function measureFor({ style, place }: Caption, frame: Frame, width: number): number {
  if (place === 'lower_left' || shapeOf(frame) !== 'wide') return width;
  return width * (style === 'caption' ? 0.74 : 0.88);
}

function settingAt(
  fontPx: number,
  { style, traits, faces }: Pick<FitOptions, 'style' | 'traits' | 'faces'>,
): TypeSetting {
  const { weight, opticalSize, tracking } = style;
  const trackingPx = traits.spaced ? fontPx * (traits.cased ? tracking : Math.max(0, tracking)) : 0;
  return { faces, weight, opticalSize, direction: traits.direction, fontPx, trackingPx };
}
