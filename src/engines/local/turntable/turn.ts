import type { Subject } from '../understand/picture.ts';
import { carryPrint } from './carry-print.ts';
import type { Morph } from './morph.ts';
import { prepareMorph } from './prepare-morph.ts';
import { alignViews, type View } from './view.ts';

/** A turn through several views of a product, ready to draw. */
export interface Turn {
  /** The size of every picture, and in it the x of the axis and the y of the line the product stands on. */
  width: number;
  height: number;
  axis: number;
  base: number;
  productHeight: number;
  /** How alike each view is to the next, 0 to 1. */
  steps: number[];
  /** From each view to the next. */
  morphs: Morph[];
}

/** Aligns two or more views, which follow one another around the product, and joins each to the next. */
export function joinViews(options: {
  subjects: readonly Subject[];
  /** See `Turn`; taken as even where it is not known. */
  steps?: readonly number[];
  /** In pixels of the pictures. */
  productHeight: number;
}): Turn {
  const { subjects, steps, productHeight } = options;
  const views = alignViews(subjects, productHeight);
  const [first] = views;
  if (first === undefined || views.length === 1) throw new Error('A turn needs two views.');
  const { width, height, axis, base } = first;
  const morphs = joinMorphs(views);
  return {
    width,
    height,
    axis,
    base,
    productHeight,
    steps: steps === undefined ? morphs.map(() => 0.5) : [...steps],
    morphs,
  };
}

/** Each of two or more aligned views joined to the next. */
export function joinMorphs(views: readonly View[]): Morph[] {
  const pairs = views.slice(1).map((view, index) => prepareMorph(views[index] ?? view, view));
  return carryPrint(views, pairs);
}
