/** One of a picture's main colours in Oklab, with its share of the picture from 0 to 1. */
export interface WeightedColour {
  L: number;
  a: number;
  b: number;
  share: number;
}

/**
 * How far two palettes are apart, in hundredths of Oklab: each colour to its closest in the other, weighted by its
 * share, both ways, and their mean. 0 for equal palettes; below 3 is hard to see, above 10 another look.
 */
export function paletteDistance(one: readonly WeightedColour[], other: readonly WeightedColour[]): number {
  return 50 * (oneWay(one, other) + oneWay(other, one));
}

function oneWay(from: readonly WeightedColour[], to: readonly WeightedColour[]): number {
  if (from.length === 0 || to.length === 0) return from.length === to.length ? 0 : 1;
  const shares = from.reduce((sum, { share }) => sum + share, 0);
  return (
    from.reduce((sum, colour) => sum + colour.share * Math.min(...to.map((near) => apart(colour, near))), 0) /
    shares
  );
}

const apart = (one: WeightedColour, other: WeightedColour) =>
  Math.hypot(one.L - other.L, one.a - other.a, one.b - other.b);
