import { createFft } from './fft.ts';

export interface SpectraOptions {
  /** Samples in a window, a power of two. */
  size: number;
  /** Samples from one window's centre to the next. */
  hop: number;
}

/**
 * Visits the magnitudes of overlapping Hann windows, the first centred on sample 0; beyond the ends lies silence. A
 * full-scale sine reads about 1. The array is lent: it is overwritten for the next window.
 */
export function eachSpectrum(
  mono: Float32Array,
  { size, hop }: SpectraOptions,
  visit: (magnitudes: Float32Array, window: number) => void,
): void {
  const transform = createFft(size);
  const shape = Float64Array.from(
    { length: size },
    (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / size),
  );
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  const magnitudes = new Float32Array(size / 2);
  const windows = Math.ceil(mono.length / hop);
  for (let window = 0; window < windows; window++) {
    const start = window * hop - size / 2;
    for (let at = 0; at < size; at++) real[at] = (mono[start + at] ?? 0) * (shape[at] ?? 0);
    imaginary.fill(0);
    transform(real, imaginary);
    for (let bin = 0; bin < magnitudes.length; bin++)
      magnitudes[bin] = (Math.sqrt((real[bin] ?? 0) ** 2 + (imaginary[bin] ?? 0) ** 2) * 4) / size;
    visit(magnitudes, window);
  }
}
