import { chromaOf, type Oklab } from '../understand/oklab.ts';
import type { Swatch } from '../understand/palette.ts';
import { lightnessCurve, straight } from './lightness-curve.ts';

/** How a picture is toned to go with others. Plain JSON numbers in OKLab. */
export type Grade = {
  /** Lightness after, at even steps of lightness before; rises from 0 to 1. */
  lightness: number[];
  /** Factor on the strength of colours. */
  chroma: number;
  /** Added to colours. */
  shift: { a: number; b: number };
  /** Added to greys. */
  tint: { a: number; b: number };
};

export interface Mood {
  /** -1 cool, 1 warm. */
  warmth: number;
  /** -1 low key, 1 high key. */
  light: number;
}

export const identityGrade: Grade = {
  lightness: straight,
  chroma: 1,
  shift: { a: 0, b: 0 },
  tint: { a: 0, b: 0 },
};

/** Of the way to the target: a grade that went all of it would paint, not tone. */
const reach = 0.4;
const mostShift = 0.035;
const mostTint = 0.016;
/** At full warmth, for greys. Colours take on half: a green product must not turn blue. */
const warmTint = { a: 0.006, b: 0.02 };

/**
 * Brings the tones of a picture with the colours `source` nearer to `target`, by mean and spread as Reinhard et al.
 * (2001) match them, but in OKLab, less than half the way, and within limits. Greys take on no more colour than a
 * part of the target's own, so a neutral target leaves them neutral. An empty palette asks for nothing.
 */
export function makeGrade(options: {
  target: readonly Swatch[];
  source: readonly Swatch[];
  mood: Mood;
}): Grade {
  const { target, source, mood } = options;
  const warm = { a: warmTint.a * mood.warmth, b: warmTint.b * mood.warmth };
  const warmColour = { a: warm.a / 2, b: warm.b / 2 };
  if (target.length === 0 || source.length === 0)
    return {
      lightness: lightnessCurve({ lift: 0.06 * mood.light, contrast: 1, pivot: 0.5 }),
      chroma: 1,
      shift: warmColour,
      tint: warm,
    };
  const to = statisticsOf(target);
  const from = statisticsOf(source);
  const away = { a: reach * (to.mean.a - from.mean.a), b: reach * (to.mean.b - from.mean.b) };
  const ownColour = 0.35 * chromaOf(to.mean);
  return {
    lightness: lightnessCurve({
      lift: limit(reach * (to.mean.L - from.mean.L), 0.07) + 0.06 * mood.light,
      contrast: ratio(to.spread, from.spread, { least: 0.02, from: 0.88, to: 1.16 }),
      pivot: from.mean.L,
    }),
    chroma: ratio(to.chroma, from.chroma, { least: 0.012, from: 0.85, to: 1.18 }),
    shift: plus(atMost(away, mostShift), warmColour),
    tint: plus(atMost(away, Math.min(mostTint, ownColour)), warm),
  };
}

interface Statistics {
  mean: Oklab;
  /** Standard deviation of the lightness. */
  spread: number;
  chroma: number;
}

function statisticsOf(swatches: readonly Swatch[]): Statistics {
  const total = swatches.reduce((sum, { share }) => sum + share, 0);
  const mean = (of: (colour: Oklab) => number) =>
    swatches.reduce((sum, { colour, share }) => sum + share * of(colour), 0) / total;
  const L = mean((colour) => colour.L);
  return {
    mean: { L, a: mean(({ a }) => a), b: mean(({ b }) => b) },
    spread: Math.sqrt(mean((colour) => (colour.L - L) ** 2)),
    chroma: mean(chromaOf),
  };
}

/** Half the way between two spreads, as a factor; 1 where either is too small to tell. */
function ratio(to: number, from: number, range: { least: number; from: number; to: number }): number {
  if (to < range.least || from < range.least) return 1;
  return Math.min(range.to, Math.max(range.from, Math.sqrt(to / from)));
}

const limit = (value: number, most: number) => Math.min(most, Math.max(-most, value));

function atMost({ a, b }: { a: number; b: number }, most: number): { a: number; b: number } {
  const length = Math.hypot(a, b);
  const factor = length > most ? most / length : 1;
  return { a: a * factor, b: b * factor };
}

function plus(one: { a: number; b: number }, other: { a: number; b: number }): { a: number; b: number } {
  return { a: one.a + other.a, b: one.b + other.b };
}
