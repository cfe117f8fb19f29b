import type { Print } from './draw-print.ts';
import { inkMoved } from './find-print.ts';
import type { PrintLayer } from './lift-print.ts';
import type { Morph } from './morph.ts';
import { joinedWith } from './prepare-morph.ts';
import { type Body, bodyOf } from './unroll.ts';
import type { View } from './view.ts';

/** Where print is out of sight, in radians from where the camera looks. */
const outOfSight = 1.54;
/** A view shows none of it that has less than this share of what moves in the other. */
const leastInk = 0.25;

/**
 * Carries print on round the body, out of sight or into it: where one pair of neighbours says how it turns and the view
 * beyond them shows none, it goes round the side instead of fading. `morphs` joins each of `views` to the next.
 */
export function carryPrint(views: readonly View[], morphs: readonly Morph[]): Morph[] {
  return morphs.map((morph, index) => {
    const [from, to] = [views[index], views[index + 1]];
    if (from === undefined || to === undefined || morph.print !== undefined) return morph;
    const [before, after] = [morphs[index - 1], morphs[index + 1]];
    if (after?.print?.from !== undefined && showsNone(from, to)) {
      const print = comingIn(after.print, after.print.from, bodyOf(from));
      return joinedWith(from, after.from, print);
    }
    if (before?.print?.to !== undefined && showsNone(to, from)) {
      const print = goingOut(before.print, before.print.to, bodyOf(to));
      return joinedWith(before.to, to, print);
    }
    return morph;
  });
}

const showsNone = (view: View, other: View) => inkMoved(view, other) < leastInk * inkMoved(other, view);

function comingIn(print: Print, to: PrintLayer, body: Body): Print {
  const { angle, tilt, bodies } = print;
  const { least, most } = anglesOf(to, bodies.from);
  const whole = angle < 0 ? least - outOfSight : most + outOfSight;
  return { angle: whole, tilt, to, bodies: { from: body, to: bodies.from } };
}

function goingOut(print: Print, from: PrintLayer, body: Body): Print {
  const { angle, tilt, bodies } = print;
  const { least, most } = anglesOf(from, bodies.to);
  const whole = angle < 0 ? -outOfSight - most : outOfSight - least;
  return { angle: whole, tilt, from, bodies: { from: bodies.to, to: body } };
}

/** Between which angles a layer lies, in radians. */
function anglesOf({ left, top, width, height }: PrintLayer, { centre, radius }: Body) {
  const row = Math.round(top + height / 2);
  const angleAt = (x: number) =>
    Math.asin(Math.max(-1, Math.min(1, (x - (centre[row] ?? 0)) / Math.max(1, radius[row] ?? 0))));
  return { least: angleAt(left), most: angleAt(left + width) };
}
