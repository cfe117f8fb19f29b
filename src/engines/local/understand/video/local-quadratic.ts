/**
 * A row of values without what is faster than `cutoffHertz` (at that rate half of a swing is left).
 *
 * Each value is that of a parabola fitted around it by least squares with Gaussian weights (local quadratic
 * regression), so parabolas stay exactly as they are, also at both ends. The response to a swing of frequency f is
 * (1 + u²/2) exp(-u²/2) with u = 2π f σ, which is one half at u = 1.83.
 */
export function localQuadratic(
  values: readonly number[],
  { cutoffHertz, fps }: { cutoffHertz: number; fps: number },
): number[] {
  const sigma = (1.83 / (2 * Math.PI * cutoffHertz)) * fps;
  const reach = Math.ceil(3.5 * sigma);
  return values.map((value, index) => {
    const moments = new Float64Array(5);
    const sums = new Float64Array(3);
    for (let at = Math.max(0, index - reach); at <= Math.min(values.length - 1, index + reach); at++) {
      const offset = (at - index) / sigma;
      const weight = Math.exp(-0.5 * offset * offset);
      let power = weight;
      for (let degree = 0; degree < 5; degree++) {
        moments[degree] = (moments[degree] as number) + power;
        if (degree < 3) sums[degree] = (sums[degree] as number) + power * (values[at] as number);
        power *= offset;
      }
    }
    return constantTerm(moments, sums) ?? value;
  });
}

/** Cramer's rule for the value at 0 of the fitted parabola; undefined for fewer than three values. */
function constantTerm(moments: Float64Array, sums: Float64Array): number | undefined {
  const [m0 = 0, m1 = 0, m2 = 0, m3 = 0, m4 = 0] = moments;
  const [s0 = 0, s1 = 0, s2 = 0] = sums;
  const minor0 = m2 * m4 - m3 * m3;
  const minor1 = m1 * m4 - m2 * m3;
  const minor2 = m1 * m3 - m2 * m2;
  const determinant = m0 * minor0 - m1 * minor1 + m2 * minor2;
  if (Math.abs(determinant) < 1e-9) return undefined;
  return (s0 * minor0 - s1 * minor1 + s2 * minor2) / determinant;
}
