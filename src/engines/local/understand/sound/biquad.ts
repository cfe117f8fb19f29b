import { soundRate } from '../../../../media/media.ts';

/** Coefficients of a second-order filter, scaled so that the first of the feedback is 1. */
export interface Biquad {
  b: readonly [number, number, number];
  a: readonly [number, number];
}

/** Filters `samples` in place, from rest. */
export function runBiquad(samples: Float32Array | Float64Array, { b, a }: Biquad): void {
  const [b0, b1, b2] = b;
  const [a1, a2] = a;
  let first = 0;
  let second = 0;
  // Transposed direct form II: two memories, and the least rounding noise of the forms.
  for (let index = 0; index < samples.length; index++) {
    const input = samples[index] ?? 0;
    const output = b0 * input + first;
    first = b1 * input - a1 * output + second;
    second = b2 * input - a2 * output;
    samples[index] = output;
  }
}

/** Second-order filters after R. Bristow-Johnson, "Cookbook formulae for audio EQ biquad filter coefficients". */
export function lowPass(hertz: number, q = Math.SQRT1_2): Biquad {
  const { cosine, alpha } = angleOf(hertz, q);
  const edge = (1 - cosine) / 2;
  return scaled([edge, 1 - cosine, edge], [1 + alpha, -2 * cosine, 1 - alpha]);
}

export function highPass(hertz: number, q = Math.SQRT1_2): Biquad {
  const { cosine, alpha } = angleOf(hertz, q);
  const edge = (1 + cosine) / 2;
  return scaled([edge, -1 - cosine, edge], [1 + alpha, -2 * cosine, 1 - alpha]);
}

export function bandPass(hertz: number, q: number): Biquad {
  const { cosine, alpha } = angleOf(hertz, q);
  return scaled([alpha, 0, -alpha], [1 + alpha, -2 * cosine, 1 - alpha]);
}

function angleOf(hertz: number, q: number): { cosine: number; alpha: number } {
  const angle = (2 * Math.PI * hertz) / soundRate;
  return { cosine: Math.cos(angle), alpha: Math.sin(angle) / (2 * q) };
}

function scaled([b0, b1, b2]: [number, number, number], [a0, a1, a2]: [number, number, number]): Biquad {
  return { b: [b0 / a0, b1 / a0, b2 / a0], a: [a1 / a0, a2 / a0] };
}
