import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../random.ts';
import { createFft } from './fft.ts';

test('agrees with the sum that defines the transform', () => {
  const size = 32;
  const random = seededRandom(4, 'fft');
  const real = Float64Array.from({ length: size }, () => random() - 0.5);
  const imaginary = Float64Array.from({ length: size }, () => random() - 0.5);
  const expected = Array.from({ length: size }, (_, bin) => {
    let sum = { real: 0, imaginary: 0 };
    for (let at = 0; at < size; at++) {
      const [cosine, sine] = [
        Math.cos((2 * Math.PI * bin * at) / size),
        -Math.sin((2 * Math.PI * bin * at) / size),
      ];
      const [one, other] = [real[at] ?? 0, imaginary[at] ?? 0];
      sum = {
        real: sum.real + one * cosine - other * sine,
        imaginary: sum.imaginary + one * sine + other * cosine,
      };
    }
    return sum;
  });
  createFft(size)(real, imaginary);
  for (const [bin, sum] of expected.entries()) {
    assert.ok(Math.abs((real[bin] ?? 0) - sum.real) < 1e-12, `real ${bin}`);
    assert.ok(Math.abs((imaginary[bin] ?? 0) - sum.imaginary) < 1e-12, `imaginary ${bin}`);
  }
});

test('refuses a size that is no power of two', () => {
  assert.throws(() => createFft(48), /power of two/);
});
