import { type Canvas, createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import { fontFamilyOf } from './choose-faces.ts';

/** All that decides how a text looks. */
export interface TypeSetting {
  /** Font files in the order they are asked. */
  faces: string[];
  weight: number;
  opticalSize: number;
  direction: 'ltr' | 'rtl';
  fontPx: number;
  trackingPx: number;
}

/** A canvas whose context is set for this type. */
export function typeCanvas(setting: TypeSetting, size = { width: 1, height: 1 }): Canvas {
  const canvas = createCanvas(size.width, size.height);
  applyType(canvas.getContext('2d'), setting);
  return canvas;
}

export function applyType(context: SKRSContext2D, setting: TypeSetting): void {
  const { faces, weight, opticalSize, direction, fontPx, trackingPx } = setting;
  context.font = `${weight} ${fontPx}px ${fontFamilyOf(faces)}`;
  context.fontVariationSettings = `"opsz" ${opticalSize}`;
  context.fontVariantNumeric = 'lining-nums';
  context.letterSpacing = `${trackingPx}px`;
  context.direction = direction;
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
  // Unset, it follows the language of the machine.
  context.lang = 'en';
}

/** Where the ink of a text lies around its origin, in pixels; all grow away from it. */
export interface Ink {
  /** From the first letter's start to the last one's end, without the tracking behind it. */
  advance: number;
  left: number;
  right: number;
  ascent: number;
  descent: number;
}

export function measureInk(context: SKRSContext2D, text: string, trackingPx: number): Ink {
  const metrics = context.measureText(text);
  return {
    advance: metrics.width - trackingPx,
    left: Math.max(0, metrics.actualBoundingBoxLeft),
    right: metrics.actualBoundingBoxRight,
    ascent: metrics.actualBoundingBoxAscent,
    descent: Math.max(0, metrics.actualBoundingBoxDescent),
  };
}

/** The ink of a line and its advance together: some letters lean out of their own width. */
export const reachOf = ({ advance, left, right }: Pick<Ink, 'advance' | 'left' | 'right'>) =>
  left + Math.max(advance, right);
