/** Transforms `real` and `imaginary` in place; both have the length the transform was made for. */
export type Fft = (real: Float64Array, imaginary: Float64Array) => void;

/**
 * The discrete Fourier transform of `size` samples, a power of two, by Cooley and Tukey's radix-2 method
 * ("An algorithm for the machine calculation of complex Fourier series", 1965).
 */
export function createFft(size: number): Fft {
  if (size < 2 || (size & (size - 1)) !== 0)
    throw new RangeError(`An FFT of ${size} samples is not possible; choose a power of two.`);
  const swaps = bitReversal(size);
  const cosines = Float64Array.from({ length: size / 2 }, (_, index) =>
    Math.cos((2 * Math.PI * index) / size),
  );
  const sines = Float64Array.from({ length: size / 2 }, (_, index) => Math.sin((2 * Math.PI * index) / size));
  return (real, imaginary) => {
    reorder(real, swaps);
    reorder(imaginary, swaps);
    for (let half = 1; half < size; half *= 2) {
      const stride = size / (2 * half);
      for (let start = 0; start < size; start += 2 * half)
        for (let offset = 0; offset < half; offset++) {
          const cosine = cosines[offset * stride] ?? 0;
          const sine = sines[offset * stride] ?? 0;
          const upper = start + offset;
          const lower = upper + half;
          const lowerReal = real[lower] ?? 0;
          const lowerImaginary = imaginary[lower] ?? 0;
          const turnedReal = lowerReal * cosine + lowerImaginary * sine;
          const turnedImaginary = lowerImaginary * cosine - lowerReal * sine;
          real[lower] = (real[upper] ?? 0) - turnedReal;
          imaginary[lower] = (imaginary[upper] ?? 0) - turnedImaginary;
          real[upper] = (real[upper] ?? 0) + turnedReal;
          imaginary[upper] = (imaginary[upper] ?? 0) + turnedImaginary;
        }
    }
  };
}

/** For every place the one whose bits read backwards. */
function bitReversal(size: number): Uint32Array {
  const reversed = new Uint32Array(size);
  for (let index = 1; index < size; index++)
    reversed[index] = ((reversed[index >> 1] ?? 0) >> 1) | (index & 1 ? size / 2 : 0);
  return reversed;
}

function reorder(values: Float64Array, swaps: Uint32Array): void {
  for (let index = 0; index < values.length; index++) {
    const other = swaps[index] ?? 0;
    if (other <= index) continue;
    const held = values[index] ?? 0;
    values[index] = values[other] ?? 0;
    values[other] = held;
  }
}
