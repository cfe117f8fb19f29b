import type { Caption, CaptionStyle, FontFamily } from './caption.ts';

/** How a caption is set. Sizes are shares of the frame's shorter side, the rest is in em. */
export interface TypeStyle {
  size: number;
  /** Smaller than this nobody reads it on a telephone. */
  floor: number;
  weight: number;
  /** Which drawing of the letters: for small or for large print, where a font has both. */
  opticalSize: number;
  /** Between letters; only in scripts whose letters stand apart. */
  tracking: number;
  /** From one baseline to the next. */
  leading: number;
  capitals: boolean;
  /** It gets smaller rather than take more lines than this, as long as it stays above four fifths of its size. */
  preferredLines: number;
  maxLines: number;
}

export function typeStyle({ style, family }: Pick<Caption, 'style' | 'family'>, cased: boolean): TypeStyle {
  const chosen = styles[family][style];
  return chosen.capitals && !cased ? { ...chosen, ...uncased(chosen) } : chosen;
}

/** A label in a script without capitals is larger instead, and its letters not so far apart. */
const uncased = ({ size, floor, tracking }: TypeStyle) => ({
  size: size * 1.3,
  floor: floor * 1.25,
  tracking: tracking * 0.5,
  leading: 1.4,
  capitals: false,
});

const lines = {
  title: { preferredLines: 2, maxLines: 3 },
  caption: { preferredLines: 2, maxLines: 3 },
  tagline: { preferredLines: 1, maxLines: 2 },
  price: { preferredLines: 1, maxLines: 2 },
};

const styles: Record<FontFamily, Record<CaptionStyle, TypeStyle>> = {
  sans: {
    title: {
      ...lines.title,
      size: 0.108,
      floor: 0.056,
      weight: 600,
      opticalSize: 32,
      tracking: -0.019,
      leading: 1.06,
      capitals: false,
    },
    caption: {
      ...lines.caption,
      size: 0.054,
      floor: 0.038,
      weight: 500,
      opticalSize: 26,
      tracking: -0.008,
      leading: 1.26,
      capitals: false,
    },
    tagline: {
      ...lines.tagline,
      size: 0.039,
      floor: 0.03,
      weight: 550,
      opticalSize: 18,
      tracking: 0.16,
      leading: 1.65,
      capitals: true,
    },
    price: {
      ...lines.price,
      size: 0.124,
      floor: 0.066,
      weight: 600,
      opticalSize: 32,
      tracking: -0.026,
      leading: 1.06,
      capitals: false,
    },
  },
  serif: {
    title: {
      ...lines.title,
      size: 0.116,
      floor: 0.06,
      weight: 430,
      opticalSize: 54,
      tracking: -0.012,
      leading: 1.08,
      capitals: false,
    },
    caption: {
      ...lines.caption,
      size: 0.057,
      floor: 0.04,
      weight: 460,
      opticalSize: 24,
      tracking: 0,
      leading: 1.26,
      capitals: false,
    },
    tagline: {
      ...lines.tagline,
      size: 0.04,
      floor: 0.031,
      weight: 550,
      opticalSize: 16,
      tracking: 0.14,
      leading: 1.65,
      capitals: true,
    },
    price: {
      ...lines.price,
      size: 0.13,
      floor: 0.07,
      weight: 430,
      opticalSize: 54,
      tracking: -0.014,
      leading: 1.08,
      capitals: false,
    },
  },
};
