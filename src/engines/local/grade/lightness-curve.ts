const knots = 17;
const last = knots - 1;
/** Steeper would show noise and steps, flatter would lose the drawing; neither end moves. */
const slopes = { least: 0.5, most: 1.55 };
/** The deepest shadows have few levels as it is. */
const shadows = { knots: 2, least: 0.85 };

export const straight: number[] = Array.from({ length: knots }, (_, index) => index / last);

/** Lightness after at even steps of lightness before: raised by `lift` in the middle, spread around `pivot`. */
export function lightnessCurve(options: { lift: number; contrast: number; pivot: number }): number[] {
  const { lift, contrast, pivot } = options;
  const wanted = straight.map((before) => {
    // Even at both ends: the deepest shadows would be crushed, and the brightest lights washed out.
    const inside = 16 * before ** 2 * (1 - before) ** 2;
    return before + inside * (lift + (contrast - 1) * (before - pivot));
  });
  const rises = wanted.map((value, index) => {
    if (index === 0) return 0;
    const least = index <= shadows.knots ? shadows.least : slopes.least;
    const rise = (value - (wanted[index - 1] ?? 0)) * last;
    return Math.min(slopes.most, Math.max(least, rise));
  });
  const total = rises.reduce((sum, rise) => sum + rise, 0);
  let after = 0;
  return rises.map((rise, index) => {
    after += rise / total;
    return index === last ? 1 : after;
  });
}

/** Between the knots a curve with even slopes (Catmull and Rom's tangents); on the straight one exactly `before`. */
export function lightnessAt(curve: readonly number[], before: number): number {
  const place = Math.min(1, Math.max(0, before)) * last;
  const index = Math.min(last - 1, Math.floor(place));
  const share = place - index;
  const value = (at: number) => curve[at] ?? 0;
  const here = value(index);
  const next = value(index + 1);
  const previous = index === 0 ? 2 * here - next : value(index - 1);
  const following = index === last - 1 ? 2 * next - here : value(index + 2);
  const startSlope = (next - previous) / 2;
  const endSlope = (following - here) / 2;
  const back = 1 - share;
  return (
    here +
    (next - here) * share * share * (3 - 2 * share) +
    startSlope * share * back * back -
    endSlope * share * share * back
  );
}
