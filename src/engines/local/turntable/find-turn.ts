import type { Subject } from '../understand/picture.ts';
import { footAxis } from './find-axes.ts';
import type { Morph } from './morph.ts';
import { cleanEnough } from './morph-quality.ts';
import { orderViews } from './order-views.ts';
import { staysInSight } from './stays-in-sight.ts';
import { joinViews, type Turn } from './turn.ts';

export interface FoundTurn {
  /** Through the views of `order`. */
  turn: Turn;
  /** Indexes into what was given. */
  order: number[];
}

/**
 * The longest clean turn through photos of one product: where the way from one view to the next would tear, the turn
 * ends, and the views beyond are left to shots of their own. Undefined where no two views can be joined.
 */
export function findTurn(subjects: readonly Subject[], productHeight: number): FoundTurn | undefined {
  const { order, steps } = orderViews(subjects);
  if (order.length < 2) return undefined;
  const whole = joinViews({ subjects: picked(subjects, order), steps, productHeight });
  const sides = picked(subjects, order).map(sideOf);
  const { from, to } = longestRun(
    whole.morphs.map(
      (morph, index) => isClean(morph) && keepsSides(sides[index] ?? 0, sides[index + 1] ?? 0),
    ),
  );
  if (to <= from) return undefined;
  return {
    turn: { ...whole, steps: steps.slice(from, to), morphs: whole.morphs.slice(from, to) },
    order: order.slice(from, to + 1),
  };
}

/** A part that changes sides would be seen on both for a moment, or on neither: a product that does not exist. */
const isClean = ({ quality, handsOver, from, to }: Morph) =>
  quality >= cleanEnough && !handsOver && staysInSight(from, to);

/** From here on something stands out to one side: a handle, a spout, a shade on an arm. */
const standsOut = 0.12;

const keepsSides = (one: number, other: number) =>
  one * other >= 0 || Math.min(Math.abs(one), Math.abs(other)) < standsOut;

/** How much further a product reaches to the right of its foot than to the left, as a share of its width. */
function sideOf(subject: Subject): number {
  const { box } = subject;
  const foot = footAxis(subject);
  return (box.right - foot - (foot - box.left)) / (box.right - box.left);
}

const picked = (subjects: readonly Subject[], order: readonly number[]) =>
  order.flatMap((index) => subjects[index] ?? []);

/** The first of the longest runs of true. */
function longestRun(clean: readonly boolean[]): { from: number; to: number } {
  let best = { from: 0, to: 0 };
  let from = 0;
  for (const [index, isClean] of clean.entries()) {
    if (!isClean) from = index + 1;
    else if (index + 1 - from > best.to - best.from) best = { from, to: index + 1 };
  }
  return best;
}
